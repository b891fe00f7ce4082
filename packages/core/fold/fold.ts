/**
 * F: the fold over `facts.v1` of one partition (design D2). State = F(log[0, off)): no clock, no
 * randomness, no I/O. One workspace's numbers never depend on another's records.
 */
import type { WorkspaceConfig } from '../directory/config.ts';
import type { Fact } from '../facts/fact.ts';
import type { Fold, Put, Restoring, Space, Touched, Verdict } from '../fold-contract.ts';
import type { Explanation, Question } from '../metrics/explanation.ts';
import type { Frame, MetricRecord } from '../metrics/value.ts';
import type { LogTime } from '../time/instant.ts';
import { AWAKE_MAX } from './conversation-shelf.ts';
import { explain } from './explain.ts';
import { createOutbox } from './outbox.ts';
import { readSeries, readTree } from './publish.ts';
import type { Totals } from './totals.ts';
import { WorkspaceFold } from './workspace.ts';

export type { WorkspaceFold } from './workspace.ts';

/** Rises with any change of meaning, dimensions or windows: a store of another one is rebuilt. */
export const FACT_FOLD_CODE = 'facts@11';

export interface FactFoldOptions {
  readonly topology: number;
  /** 32 hex of a text: SHA-256 in production. */
  readonly hash: (text: string) => string;
  /** Whether a workspace belongs to this partition; a stray fact is quarantined. */
  readonly owns?: (workspace: string) => boolean;
  /** Conversations of a workspace that are held as objects: room against time, nothing else. */
  readonly awakeMax?: number;
}

export interface FactFold extends Fold<Fact, MetricRecord, Frame> {
  restoring(T: LogTime): Restoring;
  /** Every part of one value as of now; null: there is no such value. Changes nothing. */
  explain(workspace: string, question: Question): Explanation | null;
  readonly T: LogTime;
  workspaces(): Iterable<WorkspaceFold>;
  totals(workspace: string): { totals: Totals; fates: WorkspaceFold['fates'] } | null;
}

export function createFactFold(options: FactFoldOptions): FactFold {
  const { topology, hash, owns = () => true, awakeMax = AWAKE_MAX } = options;
  const workspaces = new Map<string, WorkspaceFold>();
  const outbox = createOutbox();
  let T = 0 as LogTime;
  const counters = { applied: 0, redundant: 0, quarantined: 0 };

  function workspaceOf(id: string): WorkspaceFold {
    let workspace = workspaces.get(id);
    if (!workspace) {
      workspace = new WorkspaceFold({ id, topology, outbox, hash, awakeMax });
      for (const _ of workspace.restoring(T));
      workspaces.set(id, workspace);
      inOrder();
    }
    return workspace;
  }

  /** By id, whoever spoke first: a restored fold must emit in the order of one that never stopped. */
  function inOrder(): void {
    const sorted = [...workspaces].sort(([a], [b]) => (a < b ? -1 : 1));
    workspaces.clear();
    for (const [id, workspace] of sorted) workspaces.set(id, workspace);
  }

  function startRestoring(at: LogTime): Restoring {
    T = at;
    const fresh = new Map<string, WorkspaceFold>();
    const steps = restoreSteps(fresh);
    return {
      take(puts) {
        for (const [, field, text] of puts) {
          if (text !== null) takeField(fresh, field, text);
        }
      },
      step: () => !steps.next().done,
    };
  }

  function takeField(fresh: Map<string, WorkspaceFold>, field: string, text: string): void {
    if (field === SEQ_FIELD) {
      outbox.restore(text);
      return;
    }
    const slash = field.indexOf('/');
    const id = field.slice(0, slash);
    let workspace = fresh.get(id);
    if (!workspace) {
      workspace = new WorkspaceFold({ id, topology, outbox, hash, awakeMax });
      fresh.set(id, workspace);
    }
    workspace.restoreField(field.slice(slash + 1), text);
  }

  /** Begins at its first step, when everything was taken. */
  function* restoreSteps(fresh: ReadonlyMap<string, WorkspaceFold>): Generator<void> {
    for (const [id, workspace] of fresh) {
      yield* workspace.restoring(T);
      workspaces.set(id, workspace);
    }
    inOrder();
  }

  return {
    code: FACT_FOLD_CODE,
    get T() {
      return T;
    },
    workspaces: () => workspaces.values(),
    totals(id) {
      const workspace = workspaces.get(id);
      return workspace ? { totals: workspace.totals, fates: workspace.fates } : null;
    },
    restore(puts, at) {
      const restoring = startRestoring(at);
      restoring.take(puts);
      while (restoring.step());
    },
    restoring: startRestoring,
    judge: (fact) => judge(fact, owns),
    timeOf: (fact) => Math.max(T, fact.recordedAt) as LogTime,
    advance(to) {
      if (to <= T) return;
      T = to;
      for (const workspace of workspaces.values()) workspace.advance(to);
    },
    ingest(fact, offset) {
      const fate = workspaceOf(fact.workspace).ingest(fact, offset);
      counters[fate] += 1;
      return fate;
    },
    quarantined(id) {
      counters.quarantined += 1;
      workspaces.get(id)?.count('quarantined');
    },
    touched(): Touched {
      const puts: Put[] = [];
      const dirty = new Set<string>();
      for (const workspace of workspaces.values()) {
        for (const [field, text] of workspace.takePuts()) puts.push(put(workspace.id, field, text));
        for (const key of workspace.shown.take()) dirty.add(`${workspace.id}/${key}`);
      }
      const entries = outbox.take();
      if (entries.length > 0) puts.push(['dir', SEQ_FIELD, outbox.encode()]);
      const counted = { ...counters };
      counters.applied = 0;
      counters.redundant = 0;
      counters.quarantined = 0;
      return { puts, outbox: entries, dirty, counters: counted };
    },
    read(dirtyKey) {
      const slash = dirtyKey.indexOf('/');
      const workspace = workspaces.get(dirtyKey.slice(0, slash));
      if (!workspace) return null;
      const key = dirtyKey.slice(slash + 1);
      return key === 'tree' ? readTree(workspace, topology) : readSeries(workspace, key, topology);
    },
    explain(id, question) {
      const workspace = workspaces.get(id);
      return workspace ? explain(workspace, question) : null;
    },
    frames: () => [...workspaces.values()].map((w) => ({ workspace: w.id, frame: frameOf(w) })),
    *keys() {
      for (const workspace of workspaces.values()) {
        for (const key of workspace.shown.keys()) yield `${workspace.id}/${key}`;
        yield `${workspace.id}/tree`;
      }
    },
    *encode() {
      const seqs = outbox.encode();
      if (seqs !== null) yield ['dir', SEQ_FIELD, seqs];
      for (const id of [...workspaces.keys()].sort()) {
        for (const [field, text] of workspaces.get(id)!.allPuts()) yield put(id, field, text);
      }
    },
  };

  function frameOf(workspace: WorkspaceFold): Frame {
    const sources = workspace.config?.sources ?? [...workspace.heartbeats.keys()];
    return {
      workspace: workspace.id,
      topology,
      offset: 0,
      asOf: T,
      watermarks: sources.flatMap((source) => {
        const heartbeat = workspace.heartbeats.get(source);
        return heartbeat ? [{ source, ...heartbeat }] : [];
      }),
      catchingUp: false,
    };
  }
}

/** Partition-wide: the outbox's counters. No workspace id begins with a dot. */
const SEQ_FIELD = '.seq';

function put(workspace: string, field: string, text: string | null): Put {
  return [spaceOf(field), `${workspace}/${field}`, text];
}

function spaceOf(field: string): Space {
  if (field.startsWith('conv/')) return 'conv';
  if (field.startsWith('day/')) return 'pane';
  return field === 'sampler' ? 'rule' : 'dir';
}

const WORKSPACE_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

function judge(fact: Fact, owns: (workspace: string) => boolean): Verdict {
  if (!WORKSPACE_ID.test(fact.workspace)) return { kind: 'quarantine', reason: 'bad_workspace' };
  if (!owns(fact.workspace)) return { kind: 'quarantine', reason: 'foreign_workspace' };
  if (fact.entity === '') return { kind: 'quarantine', reason: 'no_entity' };
  if (fact.kind === 'config.applied' && !isConfig(fact.body.document)) {
    return { kind: 'quarantine', reason: 'bad_config' };
  }
  if (fact.kind === 'cost.entry' && fact.body.to < fact.body.from) {
    return { kind: 'quarantine', reason: 'bad_period' };
  }
  return { kind: 'ok' };
}

function isConfig(document: string): boolean {
  try {
    const config = JSON.parse(document) as Partial<WorkspaceConfig> | null;
    return Array.isArray(config?.tree?.nodes) && Array.isArray(config.sources);
  } catch {
    return false;
  }
}
