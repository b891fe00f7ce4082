import { createHash } from 'node:crypto';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import type { Quarantined } from '@sapwood/contracts/label';
import type { Fact } from '@sapwood/core/facts';
import type { SourceConfig } from '@sapwood/normalizer/config';
import { createNormalizer, type Normalizer } from '@sapwood/normalizer/pipeline';
import type { PageResult, PylonClient, ReadResult } from '@sapwood/pylon/client';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import type { RestIssue, RestMessage } from '@sapwood/pylon/rest-objects';
import { createAppender } from '@sapwood/runtime/appender';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock, type VirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import { afterEach, describe, expect, it } from 'vitest';
import { factRecords } from '../support/pylon.ts';

const START = Date.parse('2026-06-10T09:00:00Z');

interface FakePylon {
  readonly issues: Map<string, RestIssue>;
  readonly messages: Map<string, RestMessage[]>;
  readonly calls: string[];
  /** Answers to give before the true ones. */
  readonly faults: ReadResult<never>[];
  readonly client: PylonClient;
}

function fakePylon(): FakePylon {
  const issues = new Map<string, RestIssue>();
  const messages = new Map<string, RestMessage[]>();
  const calls: string[] = [];
  const faults: ReadResult<never>[] = [];
  const answer = async <T>(call: string, value: T | undefined): Promise<ReadResult<T>> => {
    calls.push(call);
    const fault = faults.shift();
    if (fault) return fault;
    return value === undefined ? { kind: 'not_found' } : { kind: 'ok', value };
  };
  const list = async <T>(items: readonly T[]): Promise<PageResult<T>> => ({
    kind: 'ok',
    value: { items, cursor: null },
  });
  const client: PylonClient = {
    me: async () => ({ kind: 'ok', value: { id: 'org', name: 'Org' } }),
    getIssue: (ref) =>
      answer(
        `issue ${ref}`,
        issues.get(ref) ?? [...issues.values()].find((i) => String(i.number) === ref),
      ),
    getMessages: (id) => answer(`messages ${id}`, messages.get(id) ?? []),
    searchIssues: async () => ({
      kind: 'ok',
      value: { items: [...issues.values()], cursor: null },
    }),
    statuses: () => list([{ slug: 'qa', label: 'QA', category: 'on_hold' }]),
    users: () => list([{ id: 'G', name: 'Ada' }]),
    teams: () => list([{ id: 'T', name: 'Support' }]),
    accounts: () => list([]),
    account: async () => ({ kind: 'not_found' }),
    contacts: () => list([]),
    customFields: () => list([]),
  };
  return { issues, messages, calls, faults, client };
}

interface Rig {
  readonly clock: VirtualClock;
  readonly sim: Simulated;
  readonly normalizer: Normalizer;
  post(body: object | string, destination?: string): Promise<void>;
  cost(body: unknown): Promise<void>;
  facts(kind?: Fact['kind']): Promise<Fact[]>;
  dlq(): Promise<Quarantined[]>;
  /** Runs everything that can run without time, then moves it on. */
  settle(ms?: number): Promise<void>;
}
const open: Rig[] = [];

const SOURCE: SourceConfig = {
  id: 's1',
  workspace: 'acme',
  destinations: ['d1'],
  bodies: 'facts',
  messages: 'read',
  statuses: {},
  roster: { ...EMPTY_ROSTER, humans: new Set(['G']) },
  priorityField: 'priority',
  categoryField: null,
  workspaceKey: 'key',
  client: null,
};

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function rig(
  source: Partial<SourceConfig> = {},
  sim?: Simulated,
  clock?: VirtualClock,
): Promise<Rig> {
  const time = clock ?? createVirtualClock(START);
  const engine = sim ?? createSimulated({ clock: time });
  const appender = createAppender({ log: engine.log, clock: time, telemetry: () => {} });
  await appender.start();
  const normalizer = createNormalizer({
    log: engine.log,
    store: engine.store,
    clock: time,
    rng: createSeededRng(1),
    telemetry: () => {},
    appender,
    sources: [{ ...SOURCE, ...source }],
    costs: [{ id: 'c1', workspace: 'acme' }],
    // Reconciliation has its own test; elsewhere it would read what a hint should.
    limits: { reconcileEveryMs: 3_600_000_000 },
  });
  const send = async (topic: string, dest: string, raw: Buffer): Promise<void> => {
    const sha256 = createHash('sha256').update(raw).digest();
    const delivery = {
      v: 1,
      dest,
      workspace: 'acme',
      receivedAt: time.now(),
      sha256,
      headers: {},
      raw,
    } as const;
    const value = rawCodec.encode({ delivery, heartbeat: null });
    await engine.log.append(topic, 0, [{ key: dest, value }]);
  };
  const made: Rig = {
    clock: time,
    sim: engine,
    normalizer,
    post: (body, dest = 'd1') =>
      send(
        'raw.pylon.v1',
        dest,
        Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      ),
    cost: (body) => send('raw.cost.v1', 'c1', Buffer.from(JSON.stringify(body))),
    facts: async (kind) =>
      (await factRecords(engine.log)).filter((f) => kind === undefined || f.kind === kind),
    dlq: async () => {
      const records = await engine.log.read('dlq.raw.v1', 0, 0, { max: 1_000, waitMs: 0 });
      return records.map((record) => quarantinedCodec.decode(record.value!));
    },
    settle: async (ms = 0) => {
      const end = time.now() + ms;
      do {
        await turns(40);
        for (let i = 0; i < 500 && !(await normalizer.idle()); i++) await turns(5);
        time.advanceTo(Math.min(end, time.nextAt() ?? end));
      } while (time.now() < end);
      await turns(40);
    },
  };
  await normalizer.start();
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const { normalizer } of open.splice(0)) await normalizer.stop();
});

const ISSUE: RestIssue = {
  id: 'I1',
  number: 4211,
  state: 'waiting_on_you',
  source: 'email',
  requester: { id: 'R' },
  created_at: '2026-06-10T08:59:00Z',
  updated_at: '2026-06-10T08:59:00Z',
  latest_message_time: '2026-06-10T08:59:00Z',
};
const MESSAGE: RestMessage = {
  id: 'M1',
  author: { contact: { id: 'R' } },
  timestamp: '2026-06-10T08:59:00Z',
};
const FULL = {
  event_type: 'issue_new',
  issue_id: 'I1',
  issue_status: 'new',
  issue_requester_id: 'R',
  message_id: 'M1',
  message_author: 'customer',
};

describe('bodies alone', () => {
  it('NORM-1 a body becomes one group of facts, a bare one a hint', async () => {
    const r = await rig();
    await r.post(FULL);
    await r.post({ event_type: 'issue_assigned', issue_id: 'I1' });
    await r.settle();
    expect((await r.facts()).map((f) => [f.kind, f.group, f.srcs[0]!.offset])).toEqual([
      ['issue.observed', { i: 0, n: 2 }, 0],
      ['message.observed', { i: 1, n: 2 }, 0],
      ['issue.hinted', null, 1],
    ]);
  });
  it('NORM-2 equal bodies are never taken for one delivery', async () => {
    const r = await rig();
    for (let i = 0; i < 3; i++) await r.post({ event_type: 'issue_assigned', issue_id: 'I1' });
    await r.settle();
    expect((await r.facts('issue.hinted')).map((f) => f.srcs[0]!.offset)).toEqual([0, 1, 2]);
  });
  it('NORM-3 what cannot be used is named with its place, and the next one counts', async () => {
    const r = await rig();
    await r.post('garbage');
    await r.post([]);
    await r.post({ event_type: 'issue_new', issue_number: 7 });
    await r.post({ ...FULL, message_sent_at: '2026-06-08T08:00:00Z' });
    await r.post({ event_type: 'account_changed', id: 'A' });
    await r.post(FULL, 'elsewhere');
    await r.sim.log.append('raw.pylon.v1', 0, [{ key: 'd1', value: Buffer.from('no record') }]);
    await r.post(FULL);
    await r.settle();
    expect((await r.dlq()).map((q) => [q.offset, q.reason])).toEqual([
      [0, 'unparseable_body'],
      [1, 'not_an_object'],
      [2, 'no_issue_id'],
      [3, 'stale_body'],
      [4, 'not_about_an_issue'],
      [5, 'unknown_destination'],
      [6, 'bad_magic'],
    ]);
    expect((await r.facts('issue.observed')).map((f) => f.srcs[0]!.offset)).toEqual([7]);
  });
  it('NORM-4 the first issue_new dates the issue, again and after a restart', async () => {
    const r = await rig();
    await r.post(FULL);
    await r.settle(5_000);
    await r.post(FULL);
    await r.settle();
    await r.normalizer.stop();
    open.pop();
    const again = await rig({}, r.sim, r.clock);
    await again.post(FULL);
    await again.settle();
    const facts = await again.facts('issue.observed');
    expect(facts.map((f) => f.kind === 'issue.observed' && f.body.createdAt)).toEqual([
      START,
      START,
      START,
    ]);
    expect(facts.map((f) => f.srcs[0]!.offset)).toEqual([0, 1, 2]);
  });
  it('NORM-5 a heartbeat says that the endpoint was up', async () => {
    const r = await rig();
    const heartbeat = { dest: 'd1', workspace: 'acme', at: START };
    const value = rawCodec.encode({ delivery: null, heartbeat });
    await r.sim.log.append('raw.pylon.v1', 0, [{ key: 'd1', value }]);
    await r.settle();
    expect(await r.facts()).toMatchObject([
      {
        kind: 'source.heartbeat',
        entity: 's1',
        at: START,
        body: { coveredThrough: START, basis: 'endpoint_up' },
      },
    ]);
  });
  it('NORM-6 appends that lose their answers lose no fact', async () => {
    const clock = createVirtualClock(START);
    const faults = { lostAnswer: 0.3, lostAppend: 0.3, doubleAppend: 0.2 };
    const sim = createSimulated({ clock, rng: createSeededRng(7) });
    const r = await rig({}, sim, clock);
    for (let i = 0; i < 40; i++) await r.post({ ...FULL, issue_id: `I${i}` });
    await r.post('garbage');
    sim.setFaults(faults);
    await r.settle(60_000);
    const issues = new Set((await r.facts('message.observed')).map((f) => f.entity));
    expect(issues.size).toBe(40);
    expect(new Set((await r.dlq()).map((q) => q.offset)).has(40)).toBe(true);
    sim.setFaults({});
  });
  it('NORM-8 what the template got wrong is reported by key', async () => {
    const r = await rig();
    await r.post({ ...FULL, issue_team_id: '{{ issue.team.id }}', colour: 'red' });
    await r.post('garbage');
    await r.settle();
    expect(r.normalizer.reports()).toMatchObject([
      {
        source: 's1',
        kinds: { issue_new: 1 },
        unresolved: { issue_team_id: 1 },
        unknownKeys: { colour: 1 },
        quarantined: { unparseable_body: 1 },
      },
    ]);
  });
  it('NORM-9 a name goes to the label directory once, never into a fact', async () => {
    const r = await rig();
    for (const name of ['Acme', 'Acme', 'Acme Ltd']) {
      await r.post({ ...FULL, issue_account_id: 'A', issue_account_name: name });
    }
    await r.settle();
    const records = await r.sim.log.read('labels.v1', 0, 0, { max: 10, waitMs: 0 });
    expect(records.map(({ key, offset }) => [key, offset])).toEqual([['acme/account/A', 1]]);
    expect(JSON.stringify(await r.facts())).not.toContain('Acme');
  });
  it('NORM-7 a message is never observed where the source has none', async () => {
    const r = await rig({ messages: 'none' });
    await r.post(FULL);
    await r.settle();
    expect((await r.facts()).map((f) => f.kind)).toEqual(['issue.observed']);
  });
});

describe('reads', () => {
  async function withToken(
    source: Partial<SourceConfig> = {},
  ): Promise<Rig & { pylon: FakePylon }> {
    const pylon = fakePylon();
    const r = await rig({ bodies: 'hints', client: pylon.client, ...source });
    await r.settle();
    return { ...r, pylon };
  }
  it('NORM-10 a hint is read: issue, messages and thread in one group that says what it covers', async () => {
    const r = await withToken();
    r.pylon.issues.set('I1', ISSUE);
    r.pylon.messages.set('I1', [MESSAGE]);
    r.pylon.faults.push({ kind: 'limited', retryAfterMs: 1_000 });
    await r.post({ event_type: 'issue_new', issue_id: 'I1' });
    await r.post({ event_type: 'issue_message_new', issue_id: 'I1' });
    await r.settle();
    r.pylon.calls.length = 0;
    await r.settle(1_000);
    expect(r.pylon.calls).toEqual(['issue I1', 'messages I1']);
    const facts = (await r.facts()).filter((f) => f.entity === 'I1');
    expect(facts.map((f) => [f.kind, f.via, f.readAfter?.offset ?? null])).toEqual([
      ['issue.hinted', 'body', null],
      ['issue.hinted', 'body', null],
      ['issue.observed', 'rest', 1],
      ['message.observed', 'rest', 1],
      ['thread.observed', 'rest', 1],
    ]);
    expect(facts[2]!.srcs.map((s) => s.offset)).toEqual([0, 1]);
  });
  it('NORM-11 nothing newer is looked for after 2 s and 10 s, then believed', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.issues.set('I1', ISSUE);
    const reads = (): number => r.pylon.calls.length;
    await r.post({ issue_id: 'I1' });
    await r.settle();
    expect(reads()).toBe(1);
    await r.post({ issue_id: 'I1' });
    await r.settle(1_999);
    expect(reads()).toBe(2);
    await r.settle(2);
    expect(reads()).toBe(3);
    await r.settle(10_000);
    expect(reads()).toBe(4);
    await r.settle(60_000);
    expect(reads()).toBe(4);
    expect((await r.facts('issue.observed')).map((f) => f.readAfter!.offset)).toEqual([0, 1]);
  });
  it('NORM-12 limited and failing reads come later, and nothing is lost', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.faults.push(
      { kind: 'limited', retryAfterMs: 3_000 },
      { kind: 'failed', status: 500, retryAfterMs: 500 },
      { kind: 'failed', status: 0, retryAfterMs: 900 },
    );
    for (let i = 0; i < 5; i++) {
      r.pylon.issues.set(`I${i}`, { ...ISSUE, id: `I${i}` });
      await r.post({ issue_id: `I${i}` });
    }
    await r.settle();
    expect(r.pylon.calls).toHaveLength(1);
    await r.settle(10_000);
    expect(new Set((await r.facts('issue.observed')).map((f) => f.entity)).size).toBe(5);
  });
  it('NORM-13 a refused token stops reading for five minutes', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.issues.set('I1', ISSUE);
    r.pylon.faults.push({ kind: 'refused', status: 401 });
    await r.post({ issue_id: 'I1' });
    await r.settle(299_000);
    expect(r.pylon.calls).toHaveLength(1);
    await r.settle(2_000);
    expect(await r.facts('issue.observed')).toHaveLength(1);
  });
  it.each([
    ['always fails', { kind: 'failed', status: 500, retryAfterMs: 500 }],
    ['is out of reach', { kind: 'refused', status: 403 }],
  ] as const)('NORM-59 an issue whose read %s holds up no other', async (_how, fault) => {
    const r = await withToken({ messages: 'none' });
    const { getIssue } = r.pylon.client;
    Object.assign(r.pylon.client, {
      getIssue: async (ref: string) => (ref === 'I0' ? fault : getIssue(ref)),
    });
    for (let i = 0; i < 10; i++) {
      r.pylon.issues.set(`I${i}`, { ...ISSUE, id: `I${i}` });
      await r.post({ issue_id: `I${i}` });
    }
    await r.settle(10_000);
    const read = new Set((await r.facts('issue.observed')).map((f) => f.entity));
    expect(read.size).toBe(9);
    expect(read.has('I0')).toBe(false);
  });
  it('NORM-60 a read that Pylon does not understand is quarantined and never repeated', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.faults.push({ kind: 'refused', status: 400 });
    await r.post({ issue_id: 'I1' });
    await r.settle(3_600_000);
    expect(r.pylon.calls).toHaveLength(1);
    expect((await r.dlq()).map((q) => [q.offset, q.reason])).toEqual([[0, 'read_refused']]);
  });
  it('NORM-14 not found twice is gone if it was known, else quarantined', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.issues.set('I1', ISSUE);
    await r.post({ issue_id: 'I1' });
    await r.settle();
    r.pylon.issues.clear();
    await r.post({ issue_id: 'I1' });
    await r.post({ issue_id: 'never' });
    await r.settle(59_000);
    expect(await r.facts('issue.gone')).toEqual([]);
    await r.settle(2_000);
    expect(await r.facts('issue.gone')).toMatchObject([{ entity: 'I1' }]);
    expect((await r.dlq()).map((q) => [q.offset, q.reason])).toEqual([[2, 'issue_not_found']]);
  });
  it('NORM-15 a number is enough, and a crash forgets no debt', async () => {
    const r = await withToken({ messages: 'none' });
    r.pylon.faults.push({ kind: 'refused', status: 401 });
    await r.post({ issue_number: 4211 });
    await r.settle(2_000);
    await r.normalizer.stop();
    open.pop();
    r.pylon.issues.set('I1', ISSUE);
    const again = await rig(
      { bodies: 'hints', messages: 'none', client: r.pylon.client },
      r.sim,
      r.clock,
    );
    await again.settle(1_000);
    const read = (await again.facts('issue.observed')).filter((f) => f.srcs.length > 0);
    expect(read).toMatchObject([{ entity: 'I1', srcs: [{ offset: 0 }] }]);
  });
  it('NORM-16 a delivery during a read causes another read', async () => {
    const r = await withToken({ messages: 'none' });
    let release = (): void => {};
    r.pylon.issues.set('I1', ISSUE);
    const { getIssue } = r.pylon.client;
    let held = true;
    Object.assign(r.pylon.client, {
      getIssue: async (ref: string) => {
        const answer = await getIssue(ref);
        if (held) await new Promise<void>((resolve) => (release = resolve));
        return answer;
      },
    });
    await r.post({ issue_id: 'I1' });
    await turns(200);
    await r.post({ issue_id: 'I1' });
    await turns(200);
    held = false;
    r.pylon.issues.set('I1', { ...ISSUE, state: 'closed' });
    release();
    await r.settle();
    expect((await r.facts('issue.observed')).map((f) => f.readAfter!.offset)).toEqual([0, 1]);
  });
  it('NORM-17 a scan finds what no webhook told, and says how far it reached', async () => {
    const pylon = fakePylon();
    pylon.issues.set('I1', ISSUE);
    pylon.messages.set('I1', [MESSAGE]);
    const r = await rig({ destinations: [], client: pylon.client });
    await r.settle(100);
    expect((await r.facts()).map((f) => [f.kind, f.origin])).toEqual(
      expect.arrayContaining([
        ['issue.observed', 'backfill'],
        ['source.heartbeat', 'system'],
        ['thread.observed', 'reconcile'],
      ]),
    );
    const before = (await r.facts()).length;
    await r.settle(11_000);
    const later = (await r.facts()).slice(before);
    expect(later.map((f) => f.kind)).toEqual(['source.heartbeat', 'source.heartbeat']);
  });
});

describe('more than the budget', () => {
  it('NORM-18 under a backlog one search answers what reads cannot, the newest first', async () => {
    const pylon = fakePylon();
    const r = await rig({ bodies: 'hints', messages: 'none', client: pylon.client });
    await r.settle();
    pylon.faults.push(...Array(4).fill({ kind: 'limited', retryAfterMs: 5_000 }));
    for (let i = 0; i < 60; i++) {
      pylon.issues.set(`I${i}`, { ...ISSUE, id: `I${i}`, number: i });
      await r.post({ event_type: 'issue_assigned', issue_id: `I${i}` });
      await r.settle(1);
    }
    await r.settle(16_000);
    const facts = await r.facts('issue.observed');
    expect(new Set(facts.map((f) => f.entity)).size).toBe(60);
    expect(facts.every((f) => f.origin === 'reconcile')).toBe(true);
    pylon.calls.length = 0;
    await r.settle(30_000);
    expect(pylon.calls).toEqual([]);
  });
});

describe('corrections', () => {
  it('NORM-21 each is a fact of what it speaks of, said again the same one; a wrong list is quarantined', async () => {
    const r = await rig();
    const said = { reason: 'a clean-up', by: 'ops', at: START };
    const corrections = [
      { ...said, kind: 'closed_by', conversation: 'I1', closedBy: 'bulk' },
      { ...said, kind: 'merge', conversation: 'I1', into: 'I2', at: null },
      { ...said, kind: 'author_kind', author: 'ada', is: 'bot' },
    ];
    await r.cost({ corrections });
    await r.cost({ corrections: corrections.slice(0, 1) });
    await r.cost({ corrections: [{ ...said, kind: 'retract' }] });
    await r.settle(3_000);
    const closedBy = await r.facts('correction.closed_by');
    expect(closedBy).toMatchObject([
      { entity: 'I1', at: START, origin: 'manual', via: 'feed' },
      { factId: closedBy[0]!.factId },
    ]);
    expect(closedBy[0]!.body).toEqual({ closedBy: 'bulk', reason: 'a clean-up', by: 'ops' });
    const [merged] = await r.facts('correction.merge');
    expect([merged!.entity, merged!.at]).toEqual(['I1', merged!.observedAt]);
    expect((await r.facts('correction.author_kind'))[0]!.entity).toBe('ada');
    expect((await r.dlq()).map((q) => [q.topic, q.offset, q.reason])).toEqual([
      ['raw.cost.v1', 2, 'correction_invalid'],
    ]);
  });
});

describe('costs', () => {
  const entry = {
    costId: 'pay',
    category: 'salaries',
    amountMicro: 5,
    currency: 'GBP',
    from: START,
    to: START + 1,
  };
  it('NORM-20 entries become facts; a revision that changes its mind is quarantined', async () => {
    const r = await rig();
    await r.cost([entry, { ...entry, costId: 'rent', category: 'overhead' }]);
    await r.cost({ entries: [entry] });
    await r.cost([{ ...entry, amountMicro: 6 }]);
    await r.cost([{ ...entry, amountMicro: 6, revision: 2, stage: 'settled' }]);
    await r.settle(3_000);
    await r.normalizer.stop();
    open.pop();
    const again = await rig({}, r.sim, r.clock);
    await again.cost([{ ...entry, amountMicro: 7, revision: 2 }]);
    await again.settle();
    expect((await again.facts('cost.entry')).map((f) => [f.entity, f.group?.n ?? 1])).toEqual([
      ['pay', 2],
      ['rent', 2],
      ['pay', 1],
      ['pay', 1],
    ]);
    expect((await again.dlq()).map((q) => [q.topic, q.offset, q.reason])).toEqual([
      ['raw.cost.v1', 2, 'cost_conflict'],
      ['raw.cost.v1', 4, 'cost_conflict'],
    ]);
  });
});
