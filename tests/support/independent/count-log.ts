/**
 * Counts straight from an event log, for a comparison with what the product counted on its long way.
 * It shares no code with the product: own reading of the file, own times, own rules.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface LogCounts {
  readonly opened: number;
  readonly closed: number;
  readonly reopenedUnknown: number;
  /** Differences between one look at a case and the next. */
  readonly changes: { readonly state: number; readonly team: number; readonly assignee: number };
  readonly firstReply: { readonly n: number; readonly sumMs: number };
}

type Row = Record<string, string>;

/** Rows of a file without quoted cells. */
function rowsOf(file: string, limit = Number.POSITIVE_INFINITY): Row[] {
  const bytes = readFileSync(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = head!.split(',');
  return lines.slice(0, limit).map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, (cells[i] ?? '').trim()]));
  });
}

function groupBy(rows: readonly Row[], column: string): Row[][] {
  return Object.values(Object.groupBy(rows, (row) => `#${row[column]}`)).map((group) => group!);
}

/** A case as it looked from an instant on. */
interface Look {
  readonly at: number;
  readonly state: string;
  readonly team: string;
  readonly assignee: string;
}

/** In the order of the file, time never going back; of one instant only the last look was ever seen. */
function seen(looks: readonly Look[]): Look[] {
  const kept: Look[] = [];
  let now = Number.NEGATIVE_INFINITY;
  for (const look of looks) {
    now = Math.max(now, look.at);
    if (kept.length > 0 && kept[kept.length - 1]!.at === now) kept.pop();
    kept.push({ ...look, at: now });
  }
  return kept;
}

function differences(looks: readonly Look[], field: 'state' | 'team' | 'assignee'): number {
  let n = 0;
  for (let i = 1; i < looks.length; i++) if (looks[i]![field] !== looks[i - 1]![field]) n += 1;
  return n;
}

/** [instant, state] from the start: first look, then each change. */
type Steps = [at: number, state: string][];

/** Takes back what was taken back within a minute; nobody writes in these logs. */
function settled(looks: readonly Look[]): Steps {
  const steps: Steps = [];
  for (const { at, state } of looks) {
    if (steps.length === 0 || steps[steps.length - 1]![1] !== state) steps.push([at, state]);
  }
  // A case that is closed when first seen came from nowhere.
  if (steps[0]?.[1] === 'closed') steps.unshift([Number.NEGATIVE_INFINITY, 'nowhere']);
  for (let i = 1; i < steps.length; ) {
    const [at, state] = steps[i]!;
    const before = steps[i - 1]![1];
    let j = i + 1;
    while (j < steps.length && state !== 'closed' && steps[j]![1] !== before) j += 1;
    if (j >= steps.length || steps[j]![0] > at + 60_000) i += 1;
    else if (steps[j]![1] === before) steps.splice(i, j - i + 1);
    else steps.splice(i, j - i);
  }
  return steps;
}

function countCases(cases: readonly (readonly Look[])[]): LogCounts {
  let closed = 0;
  let reopened = 0;
  const changes = { state: 0, team: 0, assignee: 0 };
  for (const all of cases) {
    const looks = seen(all);
    for (const field of ['state', 'team', 'assignee'] as const) {
      changes[field] += differences(looks, field);
    }
    const steps = settled(looks);
    for (let i = 1; i < steps.length; i++) {
      if (steps[i]![1] === 'closed') closed += 1;
      else if (steps[i - 1]![1] === 'closed') reopened += 1;
    }
  }
  const firstReply = { n: 0, sumMs: 0 };
  return { opened: cases.length, closed, reopenedUnknown: reopened, changes, firstReply };
}

/** Naive local times keep their order, which is all that these counts need. */
const naive = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

/** The first event of a case opens it, the last one closes it; activities stand for teams. */
export function countHelpdesk(file: string, limit?: number): LogCounts {
  const cases = groupBy(rowsOf(file, limit), 'CaseID').map((rows) =>
    rows.map((row, i): Look => {
      const state = i === rows.length - 1 ? 'closed' : i === 0 ? 'new' : 'in progress';
      return {
        at: naive(row['CompleteTimestamp']!),
        state,
        team: row['ActivityID']!,
        assignee: '',
      };
    }),
  );
  return countCases(cases);
}

/** Completed is closed; waits by what they wait for; queued again once somebody had accepted it. */
export function countIncidents(file: string, limit?: number): LogCounts {
  const cases = groupBy(rowsOf(file, limit), 'case').map((rows) => {
    let wasAccepted = false;
    return rows.map((row): Look => {
      const { status, sub_status: sub } = row as { status: string; sub_status: string };
      let state = 'with the team';
      if (status === 'Completed') state = 'closed';
      else if (sub === 'Wait - User') state = 'with the user';
      else if (sub.startsWith('Wait')) state = 'held';
      else if (status === 'Queued' && !wasAccepted) state = 'new';
      wasAccepted ||= status === 'Accepted';
      const assignee = `${row['country']} ${row['owner']}`.trim();
      return { at: Date.parse(row['changed_at']!), state, team: row['team']!, assignee };
    });
  });
  return countCases(cases);
}

/** From a conversation's first customer message to its first message of an agent after it. */
export function countMessages(file: string, limit?: number): LogCounts {
  let opened = 0;
  let n = 0;
  let sumMs = 0;
  let team = 0;
  for (const rows of groupBy(rowsOf(file, limit), 'conversation')) {
    const asked = rows.findIndex((row) => row['author_kind'] === 'customer');
    if (asked < 0) continue;
    opened += 1;
    const reply = rows.slice(asked).find((row) => row['author_kind'] === 'agent');
    if (reply) {
      n += 1;
      sumMs += Date.parse(reply['at']!) - Date.parse(rows[asked]!['at']!);
    }
    for (let i = 1; i < rows.length; i++) {
      if (rows[i]!['company'] !== rows[i - 1]!['company']) team += 1;
    }
  }
  const changes = { state: 0, team, assignee: 0 };
  return { opened, closed: 0, reopenedUnknown: 0, changes, firstReply: { n, sumMs } };
}
