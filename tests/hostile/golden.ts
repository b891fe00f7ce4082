/** One record at least of each kind, for every topic: what the codecs are tried on. */
import {
  alertCodec,
  type Codec,
  eventCodec,
  labelCodec,
  metricCodec,
  quarantinedCodec,
  rawCodec,
  sampleCodec,
} from '@sapwood/contracts/codec';
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import type { DraftFact, Fact, FactBodies, FactKind } from '@sapwood/core/facts';

export interface Golden {
  /** Folder of the schema. */
  readonly subject: string;
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly record: unknown;
}

const AT = 1_781_000_000_000;
const BODIES: { readonly [K in FactKind]: FactBodies[K] } = {
  'issue.observed': {
    ...{ number: 4211, stateCategory: 'new', stateSlug: 'new', assigneeId: null, teamId: 'T' },
    ...{ tags: ['a', 'ü'], isGroup: false, channel: 'email', createdAt: AT, updatedAt: AT },
    ...{ fieldsFilled: ['priority'], external: ['DEV-1'], csat: [5], aiResolved: null },
    breachAt: { first: null, next: null, resolution: AT + 1 },
    vendorSeconds: {
      ...{ firstResponse: 60, businessFirstResponse: 60, resolution: null },
      businessResolution: null,
    },
  },
  'issue.hinted': { hint: 'issue_changed' },
  'issue.gone': {},
  'message.observed': {
    ...{ messageId: 'M', author: 'human', authorId: 'G', private: false, channel: null },
  },
  'thread.observed': { count: 2, idsHash: 'ab'.repeat(8), vanished: ['M1', 'M2'] },
  'user.observed': { userKind: 'bot', status: null, role: null },
  'cost.entry': {
    ...{ costId: 'pay', revision: 1, stage: 'settled', category: 'salaries', currency: 'GBP' },
    ...{ amountMicro: 5_000_000, from: AT, to: AT + 1, accrual: 'even' },
  },
  'config.applied': { configHash: 'c', document: '{}' },
  'source.heartbeat': { coveredThrough: AT, basis: 'endpoint_up' },
  tick: {},
  'account.observed': {
    ...{ tier: 'enterprise', type: 'customer', ownerId: 'G', parentId: null, arrMicro: 5_000_000 },
  },
  'contact.observed': { accountId: 'A' },
  'team.observed': { members: ['G', 'H'], rank: 2 },
  'status.observed': { category: 'on_hold' },
  'close.evidence': { closedBy: 'customer', basis: 'audited' },
  'correction.retract': { messageId: 'M', reason: 'a test', by: null },
  'correction.merge': { into: 'I2', reason: 'the same', by: 'G' },
  'correction.closed_by': { closedBy: 'bulk', reason: 'clean-up', by: 'G' },
  'correction.author_kind': { author: 'bot', reason: 'no person', by: 'G' },
  'correction.supersede': { reason: 'a slip', by: 'G' },
};

function factOf(kind: FactKind): Fact {
  const draft = {
    ...{ workspace: 'acme', kind, entity: 'I1', at: AT, observedAt: AT, origin: 'webhook' },
    ...{ via: 'body', srcs: [{ topic: 'raw.pylon.v1', partition: 0, epoch: 0, offset: 7 }] },
    ...{ readAfter: { epoch: 0, offset: 6 }, group: { i: 0, n: 2 }, body: BODIES[kind] },
  } as unknown as DraftFact;
  return { ...draft, v: 1, factId: factIdOf(draft), recordedAt: AT + 500 } as Fact;
}

const cell = {
  ...{ window: '60m', clock: 'wall', from: AT, to: AT + 1, state: 'live', reasons: ['body_only'] },
  ...{ value: 40, num: 4, den: 10, n: 40, lowN: false, mean: 1, p50: 2, p90: 3, max: 4, low: 1 },
  ...{ high: 5, vsPrev: 36, vsHow: 38, provisionalPpm: 0, shares: [], zeroPpm: null },
  ...{ settled: null, censored: null },
};
const settled = { from: AT, to: AT + 1, state: 'live', value: 40, num: 4, den: 10, n: 10 };
const series = {
  ...{ workspace: 'acme', topology: 1, key: 'v{channel=email}', definition: 'v@1', form: 'COUNT' },
  ...{
    unit: 'count',
    better: 0,
    grade: 'E',
    additive: true,
    offset: 9,
    cells: [cell, { ...cell, settled }],
  },
  waiting: { count: 2, oldestSince: AT },
  top: [{ conversation: 'I1', since: AT }],
  firstDueAt: AT,
};
const watermarks = [{ source: 'pylon', coveredThrough: AT, basis: 'reconciled' }];
const frame = {
  ...{ workspace: 'acme', topology: 1, offset: 9, asOf: AT, watermarks, catchingUp: false },
};
const event = {
  ...{ workspace: 'acme', topology: 1, seq: 4, eventId: 'ab'.repeat(16), op: 'add', reason: null },
  ...{ conversation: 'I1', number: 7, kind: 'opened', at: AT, atMin: null },
  dimensions: { channel: 'email', team: 'T' },
};
const alert = {
  ...{ workspace: 'acme', topology: 1, seq: 1, alertId: 'ab'.repeat(16), revision: 1 },
  ...{ phase: 'open', status: 'firing', severity: 'high', rule: 'r', node: 'n', series: 's' },
  ...{ on: 'value', direction: 'below', value: 12, bound: 30, unit: 'count', since: AT, at: AT },
  ...{
    path: ['a', 'b'],
    reference: 'week_before',
    delta: -28,
    drivers: [{ key: 'k', share: -28 }],
  },
  ...{ owner: 'o', audience: 'floor', text: 'Email volume 12.' },
};
const run = {
  ...{ from: AT, to: AT + 5_000, config: 'c', series: ['s', 't'], y: [1, -1], n: [0, 2] },
  flags: [0, 1],
};
const sample = { workspace: 'acme', topology: 1, T: AT, seq: 1 };
const delivery = {
  ...{ v: 1, dest: 'd1', workspace: 'acme', receivedAt: AT, sha256: Buffer.alloc(32, 7) },
  ...{ headers: { 'user-agent': 'x' }, raw: Buffer.from('{"issue_id":"I1"}') },
};
const heartbeat = { dest: 'd1', workspace: 'acme', at: AT };
const lost = {
  ...{ workspace: 'acme', topic: 'raw.pylon.v1', partition: 0, offset: 3, reason: 'r' },
  ...{ detail: '', at: AT },
};

const golden = (subject: string, name: string, codec: unknown, record: unknown): Golden => ({
  ...{ subject, name, codec: codec as Codec<unknown>, record },
});

export const GOLDEN: readonly Golden[] = [
  golden('raw', 'delivery', rawCodec, { delivery, heartbeat: null }),
  golden('raw', 'heartbeat', rawCodec, { delivery: null, heartbeat }),
  ...(Object.keys(BODIES) as FactKind[]).map((kind) =>
    golden('fact', kind, factCodec, factOf(kind)),
  ),
  golden('sample', 'run', sampleCodec, { ...sample, run, config: null }),
  golden('sample', 'config', sampleCodec, {
    ...{ ...sample, run: null, config: { configHash: 'c', document: '{}' } },
  }),
  golden('metric', 'series', metricCodec, { series, frame: null, tree: null }),
  golden('metric', 'frame', metricCodec, { series: null, frame, tree: null }),
  golden('event', 'event', eventCodec, event),
  golden('alert', 'alert', alertCodec, alert),
  golden('label', 'label', labelCodec, { workspace: 'acme', kind: 'team', id: 'T', name: 'Ü' }),
  golden('quarantined', 'quarantined', quarantinedCodec, lost),
];
