/** The sampler of one workspace: which series the tree's rules watch, and what left for `samples.v1`. */

import { transitionKey } from '../conversation/transition.ts';
import { type CostTerms, costBetween } from '../cost/span.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import type { ConfigApplied, CostEntry, SourceHeartbeat } from '../facts/fact.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { rowsName } from '../metrics/value.ts';
import { canonicalJson } from '../num/integer.ts';
import type { WaitIndex } from '../panes/wait-index.ts';
import { SEAL_MS, STEP_MS } from '../samples.ts';
import { leavesOf } from '../tree/attribute.ts';
import type { Contribution, Move } from './contributions.ts';
import type { Outbox } from './outbox.ts';
import {
  emptyGauge,
  type Flow,
  newSampler,
  type PlacedFlow,
  placeFlow,
  type SamplerState,
  type SamplerView,
  sealSteps,
  type WatchedSeries,
} from './sampler.ts';

/** What sampling reads of a workspace's fold. */
export interface Sampled {
  readonly id: string;
  readonly T: number;
  readonly config: WorkspaceConfig | null;
  readonly configHash: string;
  readonly costs: ReadonlyMap<string, CostEntry>;
  readonly costTerms: CostTerms;
  readonly heartbeats: ReadonlyMap<string, SourceHeartbeat>;
  /** Rows that ever had a value. */
  readonly rows: ReadonlySet<string>;
  readonly waits: Pick<WaitIndex, 'read'>;
}

/** A source that was silent for longer makes a step unusable: no evidence, no alert. */
const STALE_MS = 180_000;

export interface Sampling {
  configured(config: ConfigApplied): void;
  advance(from: number, to: number): void;
  place(move: Move): void;
  touchPut(puts: Set<string>): void;
  encode(): string | null;
  decode(value: unknown): void;
}

/** What one rule watches: `#waiting` and `#oldest` gauges, flows of a metric, or the cost. */
interface Watch {
  readonly metric: string;
  readonly on: 'value' | 'waiting' | 'oldest';
  readonly by: string | null;
}

export function createSampling(
  workspace: Sampled,
  deps: { readonly topology: number; readonly outbox: Outbox },
): Sampling {
  let state: SamplerState | null = null;
  let touched = false;
  const watchList = createWatchList();

  function view(): SamplerView {
    const { configHash, costs } = workspace;
    const usableUntil = watermarkOf(workspace) + STALE_MS;
    return {
      watched: watchList(workspace).map(({ key, kind, row, on }) => ({
        ...{ key, kind },
        now: kind === 'gauge' ? gaugeNow(workspace, row, on) : 0,
      })),
      config: configHash,
      cost: (from, to) => costBetween(costs.values(), { from, to }, workspace.costTerms).micro,
      usableAt: (sealedAt) => sealedAt <= usableUntil,
      usableUntil,
    };
  }

  function publish(T: number, body: object): void {
    const record = { workspace: workspace.id, topology: deps.topology, T, run: null, config: null };
    deps.outbox.add('samples.v1', workspace.id, { ...record, ...body });
  }

  return {
    configured({ configHash, document }) {
      state ??= newSampler(workspace.T);
      publish(workspace.T, { config: { configHash, document } });
      touched = true;
    },
    advance(from, to) {
      if (!state || Math.floor(from / STEP_MS) === Math.floor(to / STEP_MS)) return;
      const seen = view();
      const captured = state.captured;
      const runs = sealSteps(state, from, to, seen);
      touched ||= runs.length > 0 || captured !== state.captured;
      if (seen.watched.length === 0) return;
      for (const run of runs) publish(run.to + SEAL_MS, { run });
    },
    place({ metric, from, to }) {
      if (!state || !isWatched(workspace.config, metric.id)) return;
      placeFlow(state, workspace.T, from && flowOf(from), to && flowOf(to));
      touched = true;
    },
    touchPut(puts) {
      if (touched) puts.add('sampler');
      touched = false;
    },
    encode: () => state && encodeState(state),
    decode(value) {
      state = decodeState(value as StoredSampler);
    },
  };
}

const flowOf = ({ conversation, transition, metric, rows, at, value }: Contribution): Flow => ({
  id: `${conversation}|${transitionKey(transition)}|${metric.id}`,
  series: rows,
  at,
  y: value,
  n: metric.form === 'DUR' ? 1 : 0,
});

interface StoredSampler {
  readonly firstStep: number;
  readonly open: readonly [number, readonly [string, { y: number; n: number }][]][];
  readonly placed: readonly [string, PlacedFlow][];
  readonly captured: readonly [string, number][];
}

const sorted = <V>(map: ReadonlyMap<string, V>): [string, V][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

function encodeState(state: SamplerState): string {
  const stored: StoredSampler = {
    firstStep: state.firstStep,
    open: [...state.open].sort(([a], [b]) => a - b).map(([step, flows]) => [step, sorted(flows)]),
    placed: sorted(state.placed),
    captured: sorted(state.captured),
  };
  return canonicalJson(stored);
}

function decodeState(stored: StoredSampler): SamplerState {
  return {
    firstStep: stored.firstStep,
    open: new Map(stored.open.map(([step, flows]) => [step, new Map(flows)])),
    placed: new Map(stored.placed),
    captured: new Map(stored.captured),
  };
}

/** The least covered of the configured sources; never, if one has not spoken. */
export function watermarkOf({ config, heartbeats }: Sampled): number {
  let least = Number.POSITIVE_INFINITY;
  for (const source of config?.sources ?? []) {
    const heartbeat = heartbeats.get(source);
    least = Math.min(least, heartbeat?.coveredThrough ?? Number.NEGATIVE_INFINITY);
  }
  return least;
}

function watchesOf(config: WorkspaceConfig): Watch[] {
  const identity = new Map(config.tree.nodes.map((n) => [n.id, n.identity]));
  const watches: Watch[] = [];
  for (const node of config.tree.nodes) {
    for (const rule of node.alerts) {
      // A gauge over all is explained by its segments.
      const by = rule.on === 'value' ? rule.by : (rule.by ?? node.by[0] ?? null);
      watches.push({ metric: node.id, on: rule.on, by });
      if (rule.on !== 'value') continue;
      for (const leaf of leavesOf(node.id, (id) => identity.get(id) ?? null)) {
        watches.push({ metric: leaf, on: 'value', by: rule.by });
      }
    }
  }
  return watches;
}

const watchesCache = new WeakMap<WorkspaceConfig, readonly Watch[]>();

function cachedWatches(config: WorkspaceConfig | null): readonly Watch[] {
  if (!config) return [];
  let watches = watchesCache.get(config);
  if (!watches) {
    watches = watchesOf(config);
    watchesCache.set(config, watches);
  }
  return watches;
}

const isWatched = (config: WorkspaceConfig | null, metric: string): boolean =>
  cachedWatches(config).some((w) => w.metric === metric && w.on === 'value');

/** What is sampled of one row; `metric` says how. */
interface Watched {
  readonly key: string;
  readonly kind: WatchedSeries['kind'];
  readonly row: string;
  readonly on: Watch['on'];
}

/** Everything watched, in publication order. Rows only ever come, so their number tells a change. */
function createWatchList(): (workspace: Sampled) => readonly Watched[] {
  let list: readonly Watched[] = [];
  let of: { readonly config: WorkspaceConfig | null; readonly rows: number } | null = null;
  return ({ config, rows }) => {
    if (of?.config === config && of.rows === rows.size) return list;
    of = { config, rows: rows.size };
    list = watchedOf(config, rows);
    return list;
  };
}

function watchedOf(config: WorkspaceConfig | null, rows: Sampled['rows']): Watched[] {
  const found = new Map<string, Watched>();
  for (const { metric, on, by } of cachedWatches(config)) {
    const definition = metricDefinition(metric);
    if (!definition || (definition.form === 'MONEY' && definition.per)) continue;
    // What accrues in 5 s is known of all; what falls to a value, of windows.
    const told = definition.form === 'MONEY' ? null : by;
    for (const row of rowsFor(rows, metric, told)) {
      const key = on === 'value' ? row : gaugeKey(row, on);
      const kind = on !== 'value' ? 'gauge' : definition.form === 'MONEY' ? 'cost' : 'flow';
      found.set(key, { key, kind, row, on });
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function gaugeNow({ waits }: Sampled, row: string, on: Watch['on']): number {
  const { count, oldestSince } = waits.read(row);
  return on === 'waiting' ? count : (oldestSince ?? emptyGauge('#oldest'));
}

/** `first-response-time{channel=email}` to `first-response-time#waiting{channel=email}`. */
function gaugeKey(row: string, on: 'waiting' | 'oldest'): string {
  const brace = row.indexOf('{');
  return brace < 0 ? `${row}#${on}` : `${row.slice(0, brace)}#${on}${row.slice(brace)}`;
}

/** The total, and the rows of the rule's dimension that were ever seen. */
function rowsFor(rows: Sampled['rows'], metric: string, by: string | null): string[] {
  const found = [metric];
  if (by === null) return found;
  for (const row of rows) if (rowsName(row) === `${metric}{${by}`) found.push(row);
  return found;
}
