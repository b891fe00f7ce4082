/** Asking what a value is made of over the network: the same answers as in one process, or why none. */

import { type Aggregator, createAggregator } from '@sapwood/aggregator/app';
import { registerExplain } from '@sapwood/aggregator/routes/explain';
import { factCodec } from '@sapwood/contracts/facts';
import type { Question } from '@sapwood/core/explanation';
import { createFactFold } from '@sapwood/core/fold';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Explained, Explainer } from '@sapwood/runtime/explainer';
import { createHttpExplainer } from '@sapwood/runtime/http/explainer';
import { ensureStoreKey, holdsStoreKey, readStoreKey } from '@sapwood/runtime/http/store-key';
import type { StateStore } from '@sapwood/runtime/ports';
import { createSimulated } from '@sapwood/runtime/simulated';
import { awaitIdle } from '@sapwood/runtime/supervise';
import type { TelemetryEvent } from '@sapwood/runtime/telemetry';
import { createHttpServer } from '@sapwood/service-kit/http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { config, issue, message, tick, WORKSPACE } from '../support/facts.ts';
import { memoryStore, testClock, testRng } from './gateway-harness.ts';

const START = Date.parse('2026-06-10T09:00:00Z');
const QUESTION: Question = {
  ...{ key: 'first-response-time', window: '24h', clock: 'wall', limit: 100, after: null },
};

/** An aggregator that has folded two answered conversations; its key lies in `store`. */
async function aggregator(): Promise<Aggregator> {
  const clock = createVirtualClock(START + 3_600_000);
  const world = createSimulated({ clock });
  const facts = [
    config(START, { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } }),
    ...['a', 'b'].flatMap((id) => [
      message(id, START + 1_000, 'customer', { authorId: id, channel: 'email' }),
      issue(id, START + 2_000, { number: 5, createdAt: START, channel: 'email' }),
      message(id, START + 61_000, 'human', { authorId: 'ada' }),
    ]),
    tick(START + 90_000),
  ];
  const records = facts.map((fact) => ({ key: fact.entity, value: factCodec.encode(fact) }));
  await world.log.append('facts.v1', 0, records);
  const made = createAggregator({
    ...world.connect(),
    ...{ clock, rng: createSeededRng(1), telemetry: () => {}, topology: 1, foreignCode: 'stop' },
    createFold: () => createFactFold({ topology: 1, hash: (text) => text }),
  });
  await made.start();
  await awaitIdle([made]);
  return made;
}

let ends: (() => Promise<unknown>)[] = [];
let store: StateStore;
let told: TelemetryEvent[];
beforeEach(async () => {
  store = memoryStore();
  told = [];
  await ensureStoreKey(store, testRng);
});
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

/** Serves an explainer as an aggregator does. */
async function served(explainer: Explainer): Promise<string> {
  const server = createHttpServer();
  registerExplain(server, { explainer, isOurs: (header) => holdsStoreKey(store, header) });
  ends.push(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

const remote = (aggregators: readonly string[], from: StateStore = store): Explainer =>
  createHttpExplainer({
    ...{ aggregators, store: from, clock: testClock },
    telemetry: (event) => void told.push(event),
  });

const always = (answer: Explained): Explainer => ({ explain: async () => answer });
const NOT_MINE = { kind: 'nobody', remedy: 'ask another one' } as const;

it('EXPLAIN-25 over the network the answer is the one that is given in its own process', async () => {
  const own = await aggregator();
  ends.push(() => own.stop());
  const addresses = [await served(always(NOT_MINE)), await served(own)];
  const asked = remote(addresses);
  for (const question of [
    QUESTION,
    { ...QUESTION, limit: 1 },
    { ...QUESTION, limit: 1, after: { section: 1, rank: -(START + 61_000), id: 'a' } },
    { ...QUESTION, key: 'first-response-time{channel=email}', window: '5m' },
    { ...QUESTION, key: 'backlog', window: 'now' },
    { ...QUESTION, key: 'no-such-metric' },
  ] as const) {
    const answer = await asked.explain(WORKSPACE, question);
    expect(answer).toEqual(await own.explain(WORKSPACE, question));
    expect(answer.kind).toBe(question.key === 'no-such-metric' ? 'no_value' : 'explained');
  }
  const first = (await asked.explain(WORKSPACE, QUESTION)) as Extract<
    Explained,
    { kind: 'explained' }
  >;
  expect(first.explanation).toMatchObject({ sums: true, counts: { events: 2, contacts: 2 } });
  expect(first.version).toEqual({ topology: 1, offset: 8 });
});

it('EXPLAIN-26 where none of them holds the state it says so, and what to do about it', async () => {
  const idle = await served(always(NOT_MINE));
  const gone = 'http://127.0.0.1:1';
  expect(await remote([]).explain(WORKSPACE, QUESTION)).toEqual({
    kind: 'nobody',
    remedy:
      'name the aggregators to this gateway, by `aggregators` of its configuration or SAPWOOD_AGGREGATORS',
  });
  expect(await remote([idle]).explain(WORKSPACE, QUESTION)).toEqual({
    kind: 'nobody',
    remedy: expect.stringMatching(/^1 of 1 aggregators answered, .* name all aggregators/),
  });
  expect(await remote([idle, gone]).explain(WORKSPACE, QUESTION)).toEqual({
    kind: 'nobody',
    remedy: expect.stringMatching(/^1 of 2 aggregators answered, .* start those that are down/),
  });
  const text = String(told.at(-1)?.type === 'Notice' && (told.at(-1) as { text: string }).text);
  expect(text).toContain(`${idle} does not hold its state; ${gone} could not be asked (`);
  const stopped = await aggregator();
  await stopped.stop();
  expect(await stopped.explain(WORKSPACE, QUESTION)).toMatchObject({ kind: 'nobody' });
});

it('EXPLAIN-27 only who can read the store of the cluster is answered', async () => {
  const address = await served(always({ kind: 'no_value' }));
  expect(await remote([address]).explain(WORKSPACE, QUESTION)).toEqual({ kind: 'no_value' });
  const stranger = remote([address], memoryStore());
  expect(await stranger.explain(WORKSPACE, QUESTION)).toMatchObject({ kind: 'nobody' });
  expect(JSON.stringify(told)).toContain('answered 401');
  const key = await readStoreKey(store);
  const path = `${address}/explain/${WORKSPACE}`;
  const answers = await Promise.all([
    fetch(path),
    fetch(path, { headers: { authorization: 'Bearer ' } }),
    fetch(path, { headers: { authorization: `Bearer ${key}` } }),
    fetch(`${path}?key=backlog&window=now&clock=wall`, {
      headers: { authorization: `Bearer ${key}` },
    }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 200]);
  await ensureStoreKey(store, testRng);
  expect(await readStoreKey(store)).toBe(key);
});

it('EXPLAIN-28 of an owner that was replaced and has not noticed, and its successor, the newer holds', async () => {
  const own = await aggregator();
  ends.push(() => own.stop());
  const answer = (await own.explain(WORKSPACE, QUESTION)) as Extract<
    Explained,
    { kind: 'explained' }
  >;
  const older = { ...answer, version: { topology: 1, offset: 3 } };
  const addresses = [
    await served(always(older)),
    await served(always(answer)),
    await served(always(older)),
  ];
  expect(await remote(addresses).explain(WORKSPACE, QUESTION)).toEqual(answer);
  const unaware = [await served(always({ kind: 'no_value' })), addresses[1]!];
  expect(await remote(unaware).explain(WORKSPACE, QUESTION)).toEqual(answer);
  expect(await remote([...unaware].reverse()).explain(WORKSPACE, QUESTION)).toEqual(answer);
});
