/**
 * The accountant's verdict, once the processes have ended: what the journal says, what the raw log says
 * and what the product made of it. Counted with plain sets and maps, from the bodies upwards.
 */
import {
  alertCodec,
  eventCodec,
  metricCodec,
  quarantinedCodec,
  rawCodec,
} from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog, LogRecord } from '@sapwood/runtime/ports';
import { readTopic, sha256 } from '../support/journal.ts';
import type { Books } from './books.ts';
import type { Journal } from './read-journal.ts';
import { type Refolded, refold } from './refold.ts';

/** Fewer cells held against the oracle show nothing. */
const CELLS_MIN = 200;
/** Of each kind of problem so many are told. */
const TOLD_MAX = 5;

export interface Verdict {
  readonly problems: readonly string[];
  readonly acked: number;
  readonly raw: number;
  readonly facts: number;
  readonly opened: number;
  readonly alerts: number;
  readonly cells: number;
}

type Problem = (what: string, cases: Iterable<unknown>) => void;

interface RawLetter {
  readonly topic: string;
  readonly offset: number;
  readonly hash: string;
  readonly text: string;
}

async function rawLetters(log: EventLog): Promise<RawLetter[]> {
  const letters: RawLetter[] = [];
  for (const topic of [TOPICS.rawPylon.name, TOPICS.rawCost.name]) {
    for (const { offset, value } of await readTopic(log, topic)) {
      const { delivery } = rawCodec.decode(value!);
      if (!delivery) continue;
      const raw = Buffer.from(delivery.raw);
      letters.push({ topic, offset, hash: sha256(raw), text: raw.toString('utf8') });
    }
  }
  return letters;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** 2xx means in the log, as often as it was said; nothing is there that nobody sent. */
function judgeRaw(journal: Journal, letters: readonly RawLetter[], problem: Problem): void {
  const kept = countBy(letters, ({ hash }) => hash);
  problem(
    'acknowledged and lost',
    [...journal.acked].filter(([hash, n]) => (kept.get(hash) ?? 0) < n),
  );
  problem(
    'in the log, never sent',
    [...kept.keys()].filter((hash) => !journal.sent.has(hash)),
  );
}

/** Each raw record ended in facts or in quarantine; facts are what they were when written. */
async function judgeFates(
  { stored: { log }, isAtLeastOnce }: Books,
  letters: readonly RawLetter[],
  problem: Problem,
): Promise<number> {
  const records = await readTopic(log, TOPICS.facts.name);
  const facts = records.map(({ value }) => factCodec.decode(value!));
  const poison = (await readTopic(log, TOPICS.dlqRaw.name)).map(({ value }) =>
    quarantinedCodec.decode(value!),
  );
  const place = ({ topic, offset }: { topic: string; offset: number }): string =>
    `${topic}/${offset}`;
  const mapped = new Set(facts.flatMap(({ srcs }) => srcs.map(place)));
  const refused = new Set(poison.map(place));
  problem(
    'without a fate',
    letters.filter((one) => !mapped.has(place(one)) && !refused.has(place(one))).map(place),
  );
  problem(
    'with two fates',
    letters.filter((one) => mapped.has(place(one)) && refused.has(place(one))).map(place),
  );
  problem(
    'facts with a gap',
    records.filter(({ offset }, i) => offset !== i).map(({ offset }) => offset),
  );
  // Two writers may overtake each other by a moment: log time is the running maximum.
  const isBack = (at: number): boolean =>
    at > 0 && facts[at]!.recordedAt < facts[at - 1]!.recordedAt;
  problem(
    'log time goes back',
    facts.filter((_, i) => !isAtLeastOnce && isBack(i)),
  );
  return facts.length;
}

interface Seen {
  readonly opened: number;
  /** Answered, and heard to ask before: at least these have a first reply. */
  readonly answered: readonly [atLeast: number, atMost: number];
}

/** Straight from the bodies: which conversations there were, and which of them were answered. */
function seenIn(letters: readonly RawLetter[]): Seen {
  const opened = new Set<string>();
  const asked = new Set<string>();
  const answered = new Set<string>();
  for (const { text, topic } of letters) {
    if (topic !== TOPICS.rawPylon.name || !text.startsWith('{')) continue;
    const body = JSON.parse(text) as Record<string, string>;
    opened.add(body['issue_id']!);
    (body['message_author'] === 'team' ? answered : asked).add(body['issue_id']!);
  }
  // Where the first letter was lost on its way, it depends on what else was heard.
  const heard = [...answered].filter((issue) => asked.has(issue)).length;
  return { opened: opened.size, answered: [heard, answered.size] };
}

/** A consumer skips a `seq` that it has; what it skips has to say what was said before. */
function withoutRepeats(records: readonly LogRecord[], problem: Problem): readonly LogRecord[] {
  const first = new Map<number, LogRecord>();
  const differ: number[] = [];
  for (const record of records) {
    const { seq } = eventCodec.decode(record.value!);
    const known = first.get(seq);
    if (!known) first.set(seq, record);
    else if (!Buffer.from(known.value!).equals(record.value!)) differ.push(seq);
  }
  problem('events that were told again, and differ', differ);
  return [...first.values()];
}

async function judgeEvents(
  { stored: { log }, isAtLeastOnce }: Books,
  seen: Seen,
  again: Refolded,
  problem: Problem,
): Promise<void> {
  const records = await readTopic(log, TOPICS.events.name);
  const once = isAtLeastOnce ? withoutRepeats(records, problem) : records;
  const events = once.map(({ value }) => eventCodec.decode(value!));
  problem(
    'events out of sequence',
    events.filter(({ seq }, i) => seq !== i + 1).map(({ seq }) => seq),
  );
  const told = events.map(({ op, eventId }) => `${op} ${eventId}`);
  problem(
    'events that a fold anew does not tell',
    told.filter((id, i) => again.events[i] !== id),
  );
  problem('events missing', again.events.slice(told.length));
  const net = events
    .filter(({ kind }) => kind === 'opened')
    .reduce((sum, { op }) => sum + (op === 'add' ? 1 : -1), 0);
  if (net !== seen.opened) problem('opened, net of events', [`${net}, not ${seen.opened}`]);
}

/** Alerts: what the screen heard, what is stored, and what a fold over the samples says anew. */
async function judgeAlerts(log: EventLog, { last }: Journal, again: Refolded, problem: Problem) {
  const stored = (await readTopic(log, TOPICS.alerts.name)).map(({ value }) =>
    alertCodec.decode(value!),
  );
  const revision = new Map<string, number>();
  for (const { alertId, revision: n } of stored) {
    revision.set(alertId, Math.max(n, revision.get(alertId) ?? 0));
  }
  problem(
    'alerts that differ from a fold anew',
    [...again.alerts].filter(([id, told]) => told.at(-1) !== revision.get(id)),
  );
  problem(
    'alerts nobody told',
    [...revision.keys()].filter((id) => !again.alerts.has(id)),
  );
  problem(
    'revisions that are not 1, 2, 3 …',
    [...again.alerts].filter(([, told]) => told.some((n, i) => n !== told[0]! + i)),
  );
  problem(
    'alerts heard that are not stored',
    Object.keys(last?.alerts ?? {}).filter((id) => {
      const [alertId, heard] = id.split(' ');
      return !again.alerts.get(alertId!)?.includes(Number(heard));
    }),
  );
  return again.alerts.size;
}

async function judgeCounts(
  books: Books,
  facts: number,
  seen: Seen,
  problem: Problem,
): Promise<void> {
  const counts = await books.counts().catch((error: Error) => error);
  if (counts instanceof Error) return problem('counts', [counts.message]);
  const differ = (what: string, ours: number, theirs: number): void => {
    if (ours !== theirs) problem(what, [`${theirs}, not ${ours}`]);
  };
  differ('opened', seen.opened, counts.transitions['opened'] ?? 0);
  const [atLeast, atMost] = seen.answered;
  const { n } = counts.firstReply;
  if (n < atLeast || n > atMost) problem('first replies', [`${n}, not ${atLeast} to ${atMost}`]);
  const fates = Object.values(counts.fates).reduce((sum, n) => sum + n, 0);
  differ('facts by fate', facts, fates);
}

async function judgeVerify(books: Books, problem: Problem): Promise<number> {
  const { cells, problems } = await books.verify();
  problem('verify', problems);
  if (cells !== null && cells < CELLS_MIN) {
    problem('cells compared: too few to mean anything', [String(cells)]);
  }
  return cells ?? 0;
}

async function judgeScreen(log: EventLog, journal: Journal, problem: Problem): Promise<void> {
  problem('versions that went back', journal.wrong);
  if (!journal.last) return problem('the journal', ['has no last line']);
  const published = await publishedVersions(log);
  // Every key the screen holds stands in the log as it does there; hidden ones are not sent. Money
  // moves with time alone, so a pass may leave after the last frame that the screen got.
  const { shown, through } = journal.last;
  const isOther = ([key, [, offset]]: [string, readonly [number, number]]): boolean => {
    const last = published.get(key);
    return last === undefined || last < offset || (last > offset && last <= through);
  };
  problem(
    'values on the screen that are not the published ones',
    Object.entries(shown).filter(isOther),
  );
}

async function publishedVersions(log: EventLog): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  for (const { value } of await readTopic(log, TOPICS.metrics.name)) {
    const series = value && metricCodec.decode(value).series;
    if (series) versions.set(series.key, series.offset);
  }
  return versions;
}

export interface JudgeOptions {
  /** An older store was put back: what was acknowledged or shown of its future is gone. */
  readonly aged?: boolean;
  /** Nobody looked at a screen of this workspace, or not yet. */
  readonly unseen?: boolean;
}

/** Holds everything against everything; the services must have ended, or have nothing left to do. */
export async function judgeBooks(
  books: Books,
  journal: Journal,
  { aged = false, unseen = false }: JudgeOptions = {},
): Promise<Verdict> {
  const problems: string[] = [];
  const problem: Problem = (what, cases) => {
    const all = [...cases];
    if (all.length === 0) return;
    const told = all
      .slice(0, TOLD_MAX)
      .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    problems.push(`${all.length} ${what}: ${told.join('; ')}`);
  };
  const { log } = books.stored;
  const letters = await rawLetters(log);
  judgeRaw(aged ? { ...journal, acked: new Map() } : journal, letters, problem);
  const facts = await judgeFates(books, letters, problem);
  const seen = seenIn(letters);
  const again = await refold(books.stored);
  await judgeEvents(books, seen, again, problem);
  const alerts = await judgeAlerts(
    log,
    aged ? { ...journal, last: null } : journal,
    again,
    problem,
  );
  if (!aged) {
    problem('state of the detector that a fold anew does not have', again.detectorDifferences);
    if (!unseen) await judgeScreen(log, journal, problem);
  }
  await judgeCounts(books, facts, seen, problem);
  const cells = await judgeVerify(books, problem);
  return {
    problems,
    acked: [...journal.acked.values()].reduce((sum, n) => sum + n, 0),
    raw: letters.length,
    facts,
    opened: seen.opened,
    alerts,
    cells,
  };
}
