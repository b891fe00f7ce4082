import { createHash } from 'node:crypto';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { createFactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seriesOf } from '../compose.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const WORKSPACE = 'acme';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const IDS = ['I1', 'I2', 'I3'];
const AUTHORS = ['customer', 'customer', 'human', 'human', 'bot', 'automation'] as const;
const AGENTS = ['ada', 'ben', 'robot', null];
const TEAMS = ['tier1', 'tier2', 'tier3', null];
const STATES = ['new', 'waiting_on_you', 'waiting_on_customer', 'on_hold', 'closed'] as const;
/** Around the limits that rules name: a second, the pair, the minute, hours, a day. */
const GAPS = [
  0, 0, 300, 700, 1_000, 4_000, 5_000, 20_000, 59_000, 60_000, 61_000, 300_000, 3_600_000,
  40_000_000, 90_000_000,
];

const step = fc.record({
  gap: fc.constantFrom(...GAPS),
  id: fc.constantFrom(...IDS),
  what: fc.constantFrom(
    'message',
    'message',
    'message',
    'note',
    'state',
    'state',
    'close',
    'agent',
    'agent',
    'team',
    'team',
    'edit',
    'vanish',
    'spam',
    'group',
    'gone',
    'cost',
    'tick',
    'touch',
  ),
  author: fc.constantFrom(...AUTHORS),
  agent: fc.constantFrom(...AGENTS),
  team: fc.constantFrom(...TEAMS),
  state: fc.constantFrom(...STATES),
  channel: fc.constantFrom(null, null, 'email', 'chat'),
  /** How it becomes known: a read at once, a body, a read later, an import, not at all. */
  seen: fc.constantFrom('read', 'read', 'read', 'body', 'body+read', 'import', 'late', 'unseen'),
  lateMs: fc.constantFrom(0, 800, 120_000, 7_200_000, 100_000_000),
  twice: fc.boolean(),
  amount: fc.integer({ min: -5_000_000, max: 5_000_000 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Desk {
  readonly issue: { -readonly [K in keyof IssueObserved]: IssueObserved[K] };
  readonly messages: Map<
    string,
    { at: number; author: string; who: string | null; note: boolean; channel: string | null }
  >;
  vanished: string[];
}

/** A desk that lives through the steps, and the facts that a normalizer would make of it. */
function factsOf(steps: readonly Step[], messages: 'read' | 'none', source: string): Fact[] {
  const facts: Fact[] = [];
  const desks = new Map<string, Desk>();
  let now = START;
  let log = START;
  let raw = 0;
  let serial = 0;
  const fact = (entity: string, more: Partial<Fact> & Pick<Fact, 'kind' | 'body'>): Fact => {
    const content = JSON.stringify([more.via, more.kind, entity, more.at, more.body]);
    return {
      v: 1,
      workspace: WORKSPACE,
      factId: hash(content),
      entity,
      at: null,
      observedAt: log,
      recordedAt: log,
      origin: 'webhook',
      via: 'rest',
      srcs: [],
      readAfter: null,
      group: null,
      ...more,
    } as Fact;
  };
  facts.push(
    fact('config', {
      kind: 'config.applied',
      via: 'system',
      origin: 'system',
      body: {
        configHash: 'h',
        document: JSON.stringify({
          messages,
          currency: 'GBP',
          sources: ['pylon'],
          tree: { nodes: [], edges: [], influence: [], roots: [] },
        }),
      },
    }),
    fact('robot', { kind: 'user.observed', body: { userKind: 'bot', status: null } }),
    fact('ada', { kind: 'user.observed', body: { userKind: 'human', status: null } }),
  );
  const read = (id: string, origin: Fact['origin']): void => {
    const desk = desks.get(id)!;
    const parts: Fact[] = [
      fact(id, { kind: 'issue.observed', origin, body: { ...desk.issue } as IssueObserved }),
    ];
    if (messages === 'read') {
      for (const [messageId, m] of desk.messages) {
        parts.push(
          fact(id, {
            kind: 'message.observed',
            origin,
            at: m.at,
            body: {
              messageId,
              author: m.author as 'human',
              authorId: m.who,
              private: m.note,
              channel: m.channel,
            },
          }),
        );
      }
      const ids = [...desk.messages.keys()];
      parts.push(
        fact(id, {
          kind: 'thread.observed',
          origin,
          body: { count: ids.length, idsHash: hash(ids.join()), vanished: desk.vanished },
        }),
      );
      desk.vanished = [];
    }
    const readAfter = { epoch: 1, offset: raw };
    facts.push(
      ...parts.map((part, i) => ({
        ...part,
        readAfter,
        group: parts.length > 1 ? { i, n: parts.length } : null,
      })),
    );
  };
  for (const s of steps) {
    now += s.gap;
    // Two looks never begin at one instant, so which is the last is never in doubt.
    log = Math.max(log + 1, now);
    if (s.what === 'tick') {
      facts.push(
        fact('tick', { kind: 'tick', via: 'system', origin: 'system', at: log, body: {} }),
      );
      continue;
    }
    if (s.what === 'cost') {
      facts.push(
        fact('c', {
          kind: 'cost.entry',
          via: 'feed',
          origin: 'feed',
          body: {
            costId: `c${s.amount % 2}`,
            revision: s.twice ? 1_000 - facts.length : facts.length,
            stage: 'provisional',
            category: 'salaries',
            amountMicro: s.amount,
            currency: s.agent === 'ben' ? 'USD' : 'GBP',
            from: now - s.lateMs,
            to: now - s.lateMs + s.gap,
            accrual: 'even',
          },
        }),
      );
      continue;
    }
    let desk = desks.get(s.id);
    if (!desk) {
      desk = {
        vanished: [],
        messages: new Map(),
        issue: {
          stateCategory: 'new',
          stateSlug: 'new',
          isGroup: false,
          channel: source,
          assigneeId: null,
          teamId: s.team,
          tags: [],
          createdAt: now,
          updatedAt: now,
          resolutionAt: null,
          latestMessageAt: null,
        },
      };
      desks.set(s.id, desk);
    }
    const { issue } = desk;
    let message: string | null = null;
    const ids = [...desk.messages.keys()];
    if (s.what === 'message' || s.what === 'note') {
      message = `m${++serial}`;
      const author = s.what === 'note' ? 'human' : s.author;
      desk.messages.set(message, {
        at: now,
        author,
        who: s.agent ?? 'ada',
        note: s.what === 'note',
        channel: s.channel,
      });
      issue.latestMessageAt = now;
    } else if (s.what === 'close') {
      issue.stateCategory = 'closed';
      issue.stateSlug = 'closed';
      issue.resolutionAt = now;
    } else if (s.what === 'state') {
      issue.stateCategory = s.state;
      issue.stateSlug = s.state;
    } else if (s.what === 'agent') issue.assigneeId = s.agent;
    else if (s.what === 'team') issue.teamId = s.team;
    else if (s.what === 'spam') issue.tags = issue.tags?.length ? [] : ['Spam'];
    else if (s.what === 'group') issue.isGroup = s.twice && !issue.isGroup;
    else if (s.what === 'edit' && ids.length > 0) {
      const m = desk.messages.get(ids.at(-1)!)!;
      m.note = !m.note;
    } else if (s.what === 'vanish' && ids.length > 0) {
      desk.messages.delete(ids.at(-1)!);
      desk.vanished.push(ids.at(-1)!);
    } else if (s.what === 'gone') {
      facts.push(fact(s.id, { kind: 'issue.gone', body: {} }));
      continue;
    }
    issue.updatedAt = now;
    if (s.seen === 'unseen') continue;
    if (s.seen.startsWith('body')) {
      raw += 1;
      const srcs = [{ topic: 'raw.pylon.v1', partition: 0, epoch: 1, offset: raw }];
      const { stateCategory, stateSlug, assigneeId, createdAt } = issue;
      const claims = {
        stateCategory,
        stateSlug,
        assigneeId,
        updatedAt: log,
        ...(s.twice ? { createdAt, channel: source, teamId: issue.teamId } : {}),
      } as IssueObserved;
      const parts = [fact(s.id, { kind: 'issue.observed', via: 'body', srcs, body: claims })];
      const m = message === null ? undefined : desk.messages.get(message);
      if (m && messages === 'read') {
        parts.push(
          fact(s.id, {
            kind: 'message.observed',
            via: 'body',
            srcs,
            at: m.at,
            body: {
              messageId: message!,
              author: m.author as 'human',
              authorId: m.who,
              private: m.note,
              channel: m.channel,
            },
          }),
        );
      }
      facts.push(
        ...parts.map((part, i) => ({
          ...part,
          group: parts.length > 1 ? { i, n: parts.length } : null,
        })),
      );
      if (s.seen === 'body') continue;
    }
    if (s.seen === 'late') log += s.lateMs;
    read(s.id, s.seen === 'import' ? 'backfill' : 'webhook');
    log += 1;
    if (s.twice) read(s.id, 'reconcile');
  }
  return facts;
}

/** Every prefix that ends between groups, with the time moved on a little after some. */
function judge(facts: readonly Fact[]): Comparison & { totals: object[] } {
  const fold = createFactFold({ topology: 1, hash });
  const oracle = createOracle(facts);
  const found: Comparison & { totals: object[] } = { cells: 0, differences: [], totals: [] };
  const look = (prefix: number): void => {
    const truth = oracle.at(prefix, fold.T);
    compareSeries(
      seriesOf(fold, WORKSPACE, 0),
      truth.series,
      { workspace: String(prefix), at: fold.T },
      found,
    );
    const { transitions, firstReply, changes } = fold.totals(WORKSPACE)!.totals;
    const same = {
      transitions: truth.transitions,
      firstReply: truth.firstReply,
      changes: truth.changes,
    };
    for (const kind of new Set([...Object.keys(transitions), ...Object.keys(truth.transitions)])) {
      const a = transitions[kind] ?? 0;
      const b = truth.transitions[kind] ?? 0;
      if (a !== b) found.totals.push({ prefix, kind, fold: a, oracle: b });
    }
    if (JSON.stringify(firstReply) !== JSON.stringify(same.firstReply))
      found.totals.push({ prefix, firstReply, oracle: same.firstReply });
    if (JSON.stringify(changes) !== JSON.stringify(same.changes))
      found.totals.push({ prefix, changes, oracle: same.changes });
  };
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    if (fact.group !== null && fact.group.i < fact.group.n - 1) continue;
    look(i + 1);
    const next = facts[i + 1]?.recordedAt ?? fact.recordedAt + 500_000;
    if (next - fold.T > 6_000) {
      fold.advance((fold.T + Math.floor((next - fold.T) / 2)) as LogTime);
      fold.touched();
      look(i + 1);
    }
  }
  return found;
}

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);

it.each([
  ['read', 'email'],
  ['read', 'phone'],
  ['read', 'manual'],
  ['none', 'form'],
] as const)('M1 live = the oracle for any facts, messages: %s, source %s', (messages, source) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const facts = factsOf(steps, messages, source);
      const found = judge(facts);
      if (found.totals.length + found.differences.length > 0 && process.env['SHOWF']) {
        (globalThis as any).last = facts;
      }
      expect({
        totals: found.totals.slice(0, 3),
        differences: found.differences.slice(0, 3),
      }).toEqual({ totals: [], differences: [] });
    }),
    { seed: SEED, numRuns: Number(process.env['RUNS'] ?? 100) },
  );
});
