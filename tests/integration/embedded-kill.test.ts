/**
 * One process on SQLite, killed at random instants under load and started again on the same data. The
 * accountant is the sender's journal: what was acknowledged there must be in every number (F1-F4).
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eventCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { afterEach, describe, expect, it } from 'vitest';
import { letterFrom } from '../support/desk.ts';
import {
  journalled,
  type Letter,
  rawFates,
  readTopic,
  type Sender,
  startSender,
  withLog,
} from '../support/journal.ts';
import {
  clock,
  createWorkshop,
  freePort,
  keptSecret,
  type RunningCli,
  runCli,
} from '../support/process.ts';
import { until } from '../support/pylon.ts';

const KILLS = 10;
/** From the start of a process to its end, or from when it serves: each second kill hits a recovery. */
const KILL_AFTER_MS = { min: 30, max: 1_500 } as const;
const LANES = 8;
/** Within that a started process has caught up with what lay in the log. */
const QUIET_MS = 20_000;
const LOOK_MS = 50;
const SEED = Number(process.env['SAPWOOD_SEED'] ?? 7);

const workshop = createWorkshop();
let sender: Sender | null = null;
afterEach(async () => {
  await sender?.stop();
  sender = null;
  await workshop.clean();
});

interface Site {
  readonly data: string;
  readonly journal: string;
  readonly url: string;
  start(): RunningCli;
}

async function site(): Promise<Site> {
  const data = workshop.folder();
  const port = await freePort();
  const args = ['start', '--manual', '--data', data, '--port', String(port)];
  return {
    data,
    journal: join(workshop.folder(), 'journal'),
    url: `http://127.0.0.1:${port}`,
    start: () => workshop.start(args),
  };
}

/** Mostly new conversations; some answers to earlier ones, some garbage, some said twice. */
function desk(): () => Letter {
  const rng = createSeededRng(SEED);
  const issues: string[] = [];
  let last: Letter | null = null;
  return () => {
    const dice = rng.next();
    if (dice < 0.1 && last) return last;
    if (dice < 0.15) return { issue: '', body: `garbage ${randomUUID()}` };
    if (dice < 0.4 && issues.length > 0) {
      const issue = issues[Math.floor(rng.next() * issues.length)]!;
      const status = 'waiting_on_customer';
      const body = letterFrom({ kind: 'issue_message_new', author: 'team', issue, status });
      last = { issue, body };
      return last;
    }
    const issue = randomUUID();
    issues.push(issue);
    last = { issue, body: letterFrom({ kind: 'issue_new', author: 'customer', issue }) };
    return last;
  };
}

function startLoad({ data, journal, url }: Site): Sender {
  const secret = keptSecret(data, 'by-hand.secret');
  sender = startSender({
    url: `${url}/hooks/by-hand`,
    secret,
    journal,
    next: desk(),
    lanes: LANES,
  });
  return sender;
}

/** Everything that is in the raw log has ended somewhere, and the folds have published it. */
async function quiet({ data, url }: Site): Promise<void> {
  const newest = (): Promise<number | null> =>
    withLog(data, async (log) => {
      if (!(await rawFates(log)).every(({ ended }) => ended)) return null;
      const last = (await readTopic(log, TOPICS.facts.name)).at(-1);
      return last ? factCodec.decode(last.value!).recordedAt : 0;
    });
  const shown = async (): Promise<number> => {
    const answer = await fetch(`${url}/v1/tree`);
    return ((await answer.json()) as { asOf: number | null }).asOf ?? 0;
  };
  let wanted: number | null = null;
  const reached = async (): Promise<boolean> => {
    await clock.sleep(LOOK_MS);
    wanted ??= await newest();
    return wanted !== null && (await shown()) >= wanted;
  };
  await until(clock, 'the folds have taken and published everything', reached, QUIET_MS);
}

/** What the journal says, held against what the store says. The process has ended. */
async function account({ data, journal }: Site): Promise<void> {
  const acked = journalled(journal, 'acked');
  const sent = new Set(journalled(journal, 'sent').map((entry) => entry.sha256));
  const opened = await withLog(data, async (log) => {
    const raw = await rawFates(log);
    const kept = new Set(raw.map((entry) => entry.sha256));
    expect(acked.filter((entry) => !kept.has(entry.sha256))).toEqual([]);
    expect(raw.filter((entry) => !sent.has(entry.sha256))).toEqual([]);
    expect(raw.filter(({ ended }) => !ended)).toEqual([]);
    const facts = await readTopic(log, TOPICS.facts.name);
    // An answer may have been kept whose own `issue_new` never arrived: it opens its issue too.
    const seen = facts.map(({ value }) => factCodec.decode(value!));
    const issues = seen.filter(({ kind }) => kind === 'issue.observed').map((fact) => fact.entity);
    const events = (await readTopic(log, TOPICS.events.name)).map(({ value }) =>
      eventCodec.decode(value!),
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, i) => i + 1));
    expect(new Set(events.map(({ eventId, op }) => `${op} ${eventId}`)).size).toBe(events.length);
    const distinct = new Set(issues).size;
    const net = events
      .filter(({ kind }) => kind === 'opened')
      .map(({ op }) => (op === 'add' ? 1 : -1));
    expect(net.reduce((sum: number, one) => sum + one, 0)).toBe(distinct);
    return distinct;
  });
  const ackedNew = new Set(acked.map(({ issue }) => issue).filter((issue) => issue !== ''));
  expect(opened).toBeGreaterThanOrEqual(ackedNew.size);
  const counted = await runCli(['counts', '--data', data, '--json']);
  expect(JSON.parse(counted.stdout)).toMatchObject({ transitions: { opened } });
  const verified = await runCli(['verify', '--data', data, '--json']);
  expect(verified.stdout + verified.stderr).toContain('"differences":[]');
  expect(verified.code).toBe(0);
}

describe('kill -9 and restart, embedded', () => {
  it(`F1 F2 F3 F4 I1 I2 I3 I7 ${KILLS} kills at random instants lose and double nothing`, async () => {
    const here = await site();
    const rng = createSeededRng(SEED);
    let cli = here.start();
    await cli.url();
    const load = startLoad(here);
    for (let kill = 0; kill < KILLS; kill++) {
      const { min, max } = KILL_AFTER_MS;
      if (kill % 2 === 0) await cli.url();
      await clock.sleep(min + Math.floor(rng.next() * (max - min)));
      await cli.kill();
      cli = here.start();
    }
    const startedAt = clock.monotonic();
    await cli.url();
    const readyMs = Math.round(clock.monotonic() - startedAt);
    const before = load.acked();
    await until(clock, 'webhooks are taken again', () => load.acked() > before + LANES);
    await load.stop();
    await quiet(here);
    expect((await cli.stop()).code).toBe(0);
    expect([...load.statuses().keys()].filter((status) => ![0, 200, 503].includes(status))).toEqual(
      [],
    );
    await account(here);
    console.log(`${KILLS} kills, ${load.acked()} acknowledged, ready in ${readyMs} ms`);
  }, 120_000);

  it('F7 SIGTERM under load drains, exits with 0 and loses nothing that was acknowledged', async () => {
    const here = await site();
    const first = here.start();
    await first.url();
    const load = startLoad(here);
    await until(clock, 'the load runs', () => load.acked() > 300);
    const startedAt = clock.monotonic();
    const ending = await first.stop();
    const drainMs = Math.round(clock.monotonic() - startedAt);
    expect(ending.code).toBe(0);
    expect(ending.stderr).toMatch(/^Stopping; once more to exit at once\.$/m);
    expect(drainMs).toBeLessThan(30_000);
    await load.stop();
    const second = here.start();
    await second.url();
    await quiet(here);
    expect((await second.stop()).code).toBe(0);
    const odd = [...load.statuses().keys()].filter((status) => ![0, 200].includes(status));
    console.log(`drained in ${drainMs} ms, statuses ${JSON.stringify([...load.statuses()])}`);
    expect(odd).toEqual([]);
    await account(here);
  });
});
