/**
 * A fold small enough to check by hand, for the tests of what runs folds: it counts the issues of
 * each channel, and each of them leaves ten minutes after it came.
 */
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import type { TransitionEvent } from '@sapwood/core/event';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import type { Fate, Fold, OutboxEntry, Put, Touched, Verdict } from '@sapwood/core/fold-contract';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import type { LogTime } from '@sapwood/core/time';
import type { NewRecord } from '@sapwood/runtime/ports';

export const LEAVES_MS = 600_000;
export const WORKSPACE = 'acme';

interface Issue {
  readonly workspace: string;
  readonly channel: string;
  readonly leavesAt: number;
  readonly live: boolean;
}

export function createCountingFold(code = 'count-1'): Fold<Fact, MetricRecord, Frame> {
  const issues = new Map<string, Issue>();
  let seq = 0;
  let T = 0;
  let poisoned = 0;
  let puts = new Map<string, Put>();
  let outbox: OutboxEntry[] = [];
  let dirty = new Set<string>();
  let counters: Record<Fate, number> = { applied: 0, redundant: 0, quarantined: 0 };

  const seriesOf = ({ workspace, channel }: Issue): string =>
    `${workspace}/volume{channel=${channel}}`;
  const put = (entry: Put): void => void puts.set(`${entry[0]}|${entry[1]}`, entry);
  const issuePut = (entity: string, { channel, leavesAt, live, workspace }: Issue): Put => [
    'conv',
    entity,
    JSON.stringify({ channel, leavesAt, live, workspace }),
  ];
  const countersPut = (): Put => ['dir', 'counters', JSON.stringify({ poisoned, seq })];
  const set = (entity: string, issue: Issue): void => {
    issues.set(entity, issue);
    put(issuePut(entity, issue));
    dirty.add(seriesOf(issue));
  };
  const emit = (
    op: 'add' | 'retract',
    workspace: string,
    conversation: string,
    at: number,
  ): void => {
    const record: TransitionEvent = {
      workspace,
      topology: 1,
      seq: ++seq,
      eventId: conversation,
      op,
      reason: null,
      conversation,
      number: null,
      kind: 'opened',
      at,
      atMin: null,
      dimensions: {},
    };
    outbox.push({ topic: 'events.v1', seq, key: conversation, record });
    put(countersPut());
  };
  const liveOf = (key: string): Issue[] =>
    [...issues.values()].filter((issue) => issue.live && seriesOf(issue) === key);

  const advance = (to: number): void => {
    const due = [...issues]
      .filter(([, issue]) => issue.live && issue.leavesAt <= to)
      .sort(([a, x], [b, y]) => x.leavesAt - y.leavesAt || (a < b ? -1 : 1));
    for (const [entity, issue] of due) {
      set(entity, { ...issue, live: false });
      emit('retract', issue.workspace, entity, issue.leavesAt);
    }
    T = Math.max(T, to);
  };
  const count = (fate: Fate): Fate => {
    counters = { ...counters, [fate]: counters[fate] + 1 };
    return fate;
  };
  return {
    code,
    restore: (stored: Iterable<Put>, at: LogTime): void => {
      T = at;
      for (const [space, field, text] of stored) {
        const value = JSON.parse(text!);
        if (space === 'conv') issues.set(field, value);
        else ({ seq, poisoned } = value);
      }
    },
    judge: ({ entity }): Verdict => {
      if (entity === 'halt') return { kind: 'stop', reason: 'told to' };
      return entity === 'poison' ? { kind: 'quarantine', reason: 'poison' } : { kind: 'ok' };
    },
    timeOf: ({ recordedAt }): LogTime => Math.max(T, recordedAt) as LogTime,
    advance,
    ingest: (fact): Fate => {
      if (fact.kind !== 'issue.observed') return count('applied');
      if (issues.has(fact.entity)) return count('redundant');
      set(fact.entity, {
        workspace: fact.workspace,
        channel: fact.body.channel ?? 'none',
        leavesAt: T + LEAVES_MS,
        live: true,
      });
      emit('add', fact.workspace, fact.entity, T);
      return count('applied');
    },
    quarantined: (): void => {
      poisoned++;
      put(countersPut());
      count('quarantined');
    },
    touched: (): Touched => {
      const all = { puts: [...puts.values()], outbox, dirty, counters };
      puts = new Map();
      outbox = [];
      dirty = new Set();
      counters = { applied: 0, redundant: 0, quarantined: 0 };
      return all;
    },
    read: (key): MetricRecord | null => {
      const live = liveOf(key);
      const workspace = live[0]?.workspace;
      if (workspace === undefined) return null;
      return {
        series: {
          workspace,
          topology: 0,
          key: key.slice(workspace.length + 1),
          definition: 'volume@1',
          form: 'COUNT',
          unit: 'count',
          better: 0,
          grade: 'E',
          additive: true,
          offset: -1,
          waiting: { count: live.length, oldestSince: null },
          top: null,
          firstDueAt: null,
          cells: [],
        },
        frame: null,
        tree: null,
      };
    },
    frames: () =>
      [...new Set([WORKSPACE, ...[...issues.values()].map(({ workspace }) => workspace)])].map(
        (workspace) => ({
          workspace,
          frame: {
            workspace,
            topology: 0,
            offset: -1,
            asOf: T,
            watermarks: [],
            catchingUp: false,
          },
        }),
      ),
    keys: () => [...new Set([...issues.values()].filter(({ live }) => live).map(seriesOf))],
    encode: () =>
      [...issues]
        .map(([entity, issue]) => issuePut(entity, issue))
        .concat(seq + poisoned > 0 ? [countersPut()] : [])
        .sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1)),
  };
}

export const issueDraft = (
  entity: string,
  channel = 'email',
  workspace: string = WORKSPACE,
): DraftFact => ({
  kind: 'issue.observed',
  workspace,
  entity,
  at: null,
  observedAt: 0,
  origin: 'webhook',
  via: 'body',
  srcs: [],
  readAfter: null,
  group: null,
  body: { channel },
});

export const tickDraft: DraftFact = {
  ...issueDraft(WORKSPACE),
  kind: 'tick',
  via: 'system',
  origin: 'system',
  body: {},
};

/** A fact as the appender would write it. */
export function factRecord(draft: DraftFact, recordedAt: number): NewRecord {
  const fact = { ...draft, v: 1, factId: factIdOf(draft), recordedAt } as Fact;
  return { key: draft.entity, value: factCodec.encode(fact) };
}
