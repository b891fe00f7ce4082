/**
 * The accountant: a process of its own, with a journal of its own. It sends at a fixed pace whatever
 * the answers (an open loop), writes down what it sent before it sends and what was acknowledged when
 * it was, and watches a screen. It is told to pause or stop by its parent.
 */
import { createHash } from 'node:crypto';
import { signBody } from '@sapwood/pylon/signature';
import { clock } from '../support/process.ts';
import type { AccountantOptions, Address, Report } from './accountant.ts';
import { createDesk, type Letter } from './desk-letters.ts';
import { openJournal } from './journal-file.ts';
import { createShuffledDesk } from './shuffled-letters.ts';
import { watch } from './watcher.ts';

const ANSWER_MS = 10_000;
/** What was not acknowledged is sent again, as Pylon does; the oldest are given up. */
const AGAIN_MAX = 500;
const REPORT_MS = 50;

interface Addressed extends Letter {
  readonly at: Address;
}

const options = JSON.parse(process.argv[2]!) as AccountantOptions;
const journal = await openJournal(options.journal);
const create = options.order === 'day' ? createDesk : createShuffledDesk;
const desks = options.desks.map((at, i) => ({ at, next: create(options.seed + i) }));
let turn = 0;
const statuses: Record<number, number> = {};
const again: Addressed[] = [];
let sending = true;
let inFlight = 0;
let acked = 0;
let sent = 0;
let skipped = 0;
const lines = new Set<Promise<void>>();
const write = (line: string): void => {
  const done = journal.write(line).finally(() => lines.delete(done));
  lines.add(done);
};
const screen = watch(`${options.screenUrl.replace('http', 'ws')}/v1/ws`, write);

function next(): Addressed {
  const desk = desks[turn++ % desks.length]!;
  return { ...desk.next(), at: desk.at };
}

const headersOf = ({ to, body, at }: Addressed): Record<string, string> => ({
  'content-type': 'application/json',
  ...(to === 'hook'
    ? { 'x-pylon-signature': signBody(options.secret, Buffer.from(body)) }
    : { authorization: `Bearer ${at.costKey}` }),
});

async function post(letter: Addressed): Promise<number> {
  try {
    const answer = await fetch(
      options.url + (letter.to === 'hook' ? letter.at.hook : '/v1/costs'),
      {
        method: 'POST',
        headers: headersOf(letter),
        body: letter.body,
        signal: AbortSignal.timeout(ANSWER_MS),
      },
    );
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

async function sendOne(letter: Addressed): Promise<void> {
  const hash = createHash('sha256').update(letter.body).digest('hex');
  const about = `${hash} ${letter.to} ${letter.issue} ${letter.at.workspace}`;
  inFlight++;
  await journal.write(`sent ${clock.now()} ${about}`);
  sent++;
  const status = await post(letter);
  const ok = status === 200 || status === 202;
  await journal.write(`${ok ? 'acked' : status} ${clock.now()} ${about}`);
  inFlight--;
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (ok) acked++;
  else if (again.length < AGAIN_MAX) again.push(letter);
}

const everyMs = 1_000 / options.perSecond;
const startMs = clock.monotonic();
let due = 0;
/** Every letter that is due by now goes out; beyond the lanes it is counted, not queued. */
const pump = (): void => {
  for (; sending && due * everyMs <= clock.monotonic() - startMs; due++) {
    if (inFlight >= options.lanes) skipped++;
    // One in three is a second try, so that new letters go on coming while old ones wait.
    else void sendOne((due % 3 === 0 ? again.shift() : undefined) ?? next());
  }
  clock.after(Math.max(1, everyMs), pump);
};
pump();

const report = (): Report => ({
  acked,
  sent,
  skipped,
  statuses,
  inFlight,
  sending,
  asOf: screen.asOf(),
  messages: screen.messages(),
});
const tell = (): void => {
  process.send?.({ type: 'report', ...report() });
  clock.after(REPORT_MS, tell);
};
tell();

async function finish(): Promise<void> {
  await Promise.all(lines);
  await journal.write(
    `last ${JSON.stringify({ shown: screen.shown(), through: screen.through(), alerts: screen.alerts() })}`,
  );
  screen.close();
  await journal.close();
  process.send?.({ type: 'report', ...report() });
  process.exit(0);
}

process.on('message', (word: string) => {
  if (word === 'pause') sending = false;
  if (word === 'resume') {
    due = Math.ceil((clock.monotonic() - startMs) / everyMs);
    sending = true;
  }
  if (word === 'finish') void finish();
});
process.on('disconnect', () => process.exit(1));
