/**
 * The detector's state of one workspace: the tree in force, the histories, the watches. Runs are
 * expanded to their 5 s steps, so that it does not matter where a run was cut.
 */
import type { WorkspaceConfig } from '../directory/config.ts';
import { type SampleRun, STEP_MS } from '../samples.ts';
import type { Alert } from './alert.ts';
import { type Cause, causeOf } from './cause.ts';
import { type Channel, Feeds, feedsOf } from './feeds.ts';
import {
  afterTelling,
  IDLE_MACHINE,
  type Machine,
  retireMachine,
  stepMachine,
} from './lifecycle.ts';
import { EMPTY_PLANS, type Plan, type Plans, plansOf, type Segment, segmentIn } from './plan.ts';
import { sentenceOf } from './sentence.ts';
import { type ReadSeries, type Shown, Watch, watchKey } from './watch.ts';

/** A rule by channel or team watches at most this many of its values; later ones are left out. */
const SEGMENTS_MAX = 200;

/** An alert's record without what the fold adds. */
export type AlertDraft = Omit<Alert, 'workspace' | 'topology' | 'seq'>;
export type Emit = (draft: AlertDraft) => void;
export type IdOf = (parts: readonly (string | number)[]) => string;

type RunReading = ReadonlyMap<string, { readonly y: number; readonly n: number } | null>;

export class Desk {
  readonly workspace: string;
  readonly feeds: Feeds = new Feeds();
  /** Canonical JSON of the configuration in force; '' before the first. */
  document = '';
  /** End of the last step, epoch ms; 0 before the first. */
  end = 0;
  readonly #idOf: IdOf;
  #plans: Plans = EMPTY_PLANS;
  #currency = '';
  /** In the order of the plans, then of the segments. */
  #watches: Watch[] = [];
  readonly #segments = new Map<Plan, Set<Segment>>();
  readonly #dirtyMachines = new Set<string>();
  readonly #storedMachines = new Map<string, Machine>();

  constructor(workspace: string, idOf: IdOf) {
    this.workspace = workspace;
    this.#idOf = idOf;
  }

  /** The tree in force from here on. Rules that are gone resolve; the others keep their state. */
  configure(document: string, emit: Emit): void {
    if (document === this.document) return;
    const before = this.#watches;
    for (const [key, machine] of this.#machines()) this.#storedMachines.set(key, machine);
    this.document = document;
    this.restored();
    const kept = new Set(this.#watches.map((watch) => watch.key));
    for (const watch of before) if (!kept.has(watch.key)) this.#retire(watch, emit);
  }

  /** After all stored fields are back in place. */
  restored(): void {
    if (this.document !== '') this.#apply(this.document);
    for (const watch of this.#watches) {
      watch.machine = this.#storedMachines.get(watch.key) ?? IDLE_MACHINE;
    }
    this.#storedMachines.clear();
  }

  restoreMachine(key: string, machine: Machine): void {
    this.#storedMachines.set(key, machine);
  }

  ingest(run: SampleRun, emit: Emit): void {
    const reading = readRun(run);
    this.#discover(run.series);
    const first = run.from / STEP_MS;
    const last = run.to / STEP_MS - 1;
    if (run.from !== this.end) this.#resync(first - 1);
    this.end = run.to;
    if (run.flags.every((flag) => flag !== 0)) {
      this.#skipAll(last);
      return;
    }
    const values = [...this.feeds.all()].map((feed) => valueIn(reading, feed));
    const channels = [...this.feeds.all()];
    const read: ReadSeries = (base, segment) => readSeries(reading, base, segment);
    for (let step = first; step <= last; step += 1) {
      channels.forEach((channel, i) => {
        channel.history.push(step, values[i]!);
      });
      for (const watch of this.#watches) this.#judge(watch, step, read, emit);
    }
  }

  takeDirtyMachines(): (readonly [key: string, machine: Machine | null])[] {
    const machines = this.#machines();
    const puts = [...this.#dirtyMachines]
      .sort()
      .map((key) => [key, machines.get(key) ?? null] as const);
    this.#dirtyMachines.clear();
    return puts;
  }

  encodeMachines(): (readonly [key: string, machine: Machine])[] {
    return [...this.#machines()].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Machines that are worth keeping: an idle one is its absence. */
  #machines(): Map<string, Machine> {
    const busy = this.#watches.filter((watch) => watch.machine !== IDLE_MACHINE);
    return new Map(busy.map((watch) => [watch.key, watch.machine]));
  }

  #apply(document: string): void {
    const config = JSON.parse(document) as WorkspaceConfig;
    this.#currency = config.currency;
    this.#plans = plansOf(config.tree);
    this.#watches = [];
    this.#segments.clear();
    this.feeds.keepOnly((channel) => this.#plans.list.some((plan) => isFeedOf(channel, plan)));
    for (const plan of this.#plans.list) {
      for (const feed of feedsOf(plan, '')) {
        if (plan.rule.by === null || plan.rule.on === 'waiting') this.feeds.open(feed);
      }
      if (plan.rule.by === null) this.#watches.push(new Watch(plan, '', this.feeds));
    }
    this.#discover([...this.feeds.all()].map((channel) => channel.key));
    this.#discoverStored();
    this.#resync(this.end / STEP_MS - 1);
  }

  /** Segments that only a stored machine remembers: a wait that is over has no series any more. */
  #discoverStored(): void {
    for (const plan of this.#plans.list) {
      const prefix = watchKey(plan, '');
      for (const key of this.#storedMachines.keys()) {
        if (key.startsWith(prefix) && key !== prefix) this.#watch(plan, key.slice(prefix.length));
      }
    }
  }

  /** Opens watches and histories for dimension values not seen before. */
  #discover(seriesKeys: readonly string[]): void {
    for (const plan of this.#plans.list) {
      const by = plan.rule.by ?? plan.splitBy;
      if (by === null) continue;
      for (const base of plan.leaves.length > 0 ? plan.leaves : [plan.base]) {
        for (const key of seriesKeys) {
          const segment = segmentIn(key, base, by);
          if (segment !== null) this.#watch(plan, segment);
        }
      }
    }
  }

  #watch(plan: Plan, segment: Segment): void {
    const known = this.#segments.get(plan) ?? new Set();
    this.#segments.set(plan, known);
    if (known.has(segment) || known.size >= SEGMENTS_MAX) return;
    known.add(segment);
    if (plan.splitBy !== null) this.feeds.open({ base: plan.base, segment, field: 'y' });
    if (plan.rule.by === null) return;
    const watch = new Watch(plan, segment, this.feeds);
    watch.resyncSums(this.end / STEP_MS - 1);
    const rank = (w: Watch): number => this.#plans.list.indexOf(w.plan);
    this.#watches = [...this.#watches, watch].sort(
      (a, b) => rank(a) - rank(b) || (a.segment < b.segment ? -1 : 1),
    );
  }

  #resync(step: number): void {
    for (const watch of this.#watches) watch.resyncSums(step);
  }

  /** A run nobody may use: time passes, nothing is learnt, nothing resolves. */
  #skipAll(last: number): void {
    for (const { history } of this.feeds.all()) history.expire(last);
    this.#resync(last);
  }

  #judge(watch: Watch, step: number, read: ReadSeries, emit: Emit): void {
    watch.pushSums(step);
    const shown = watch.show((step + 1) * STEP_MS, read, this.#plans.nodes);
    const { plan, segment } = watch;
    const { state, told } = stepMachine(watch.machine, {
      ...shown,
      stepMs: STEP_MS,
      pendingMs: plan.rule.pendingMs,
      newId: (since) => this.#newId(plan, segment, since),
    });
    if (state === watch.machine) return;
    watch.machine = afterTelling(state);
    this.#dirtyMachines.add(watch.key);
    if (told) emit(this.#draft(watch, state, shown, step));
  }

  #newId(plan: Plan, segment: Segment, since: number): string {
    const { node, rule } = plan;
    return this.#idOf([this.workspace, rule.id, node.id, segment, rule.direction, since]);
  }

  #retire(watch: Watch, emit: Emit): void {
    const { state, told } = retireMachine(watch.machine, this.end);
    this.#dirtyMachines.add(watch.key);
    const shown: Shown = { at: this.end, usable: false, level: null, recovered: false, value: 0 };
    if (told) emit(this.#draft(watch, state, shown, null));
  }

  /** `step` null: the rule is gone, there is nothing to compare. */
  #draft(watch: Watch, state: Machine, shown: Shown, step: number | null): AlertDraft {
    const { plan, segment } = watch;
    const { node, rule } = plan;
    const { nodes } = this.#plans;
    const cause: Cause =
      step === null
        ? { reference: 'no_reference', before: null, delta: null, drivers: [] }
        : causeOf({ plan, segment, nodes, feeds: this.feeds, step, since: state.since });
    const bound = (state.severity === 'high' ? rule.high : rule.warn) ?? rule.high ?? rule.warn!;
    const sentence = { plan, segment, nodes, phase: state.phase, value: shown.value, bound, cause };
    return {
      alertId: state.alertId,
      revision: state.revision,
      phase: state.phase,
      status: statusOf(state.phase),
      severity: state.severity,
      rule: rule.id,
      node: node.id,
      series: watch.series,
      on: rule.on,
      direction: rule.direction,
      value: shown.value,
      bound,
      unit: plan.unit,
      since: state.since,
      at: shown.at,
      path: plan.path,
      reference: cause.reference,
      delta: cause.delta,
      drivers: cause.drivers,
      owner: node.owner,
      audience: node.audience,
      text:
        step === null
          ? `${node.label}: the rule "${rule.id}" is no longer in force.`
          : sentenceOf({ ...sentence, currency: this.#currency }),
    };
  }
}

function statusOf(phase: Machine['phase']): Alert['status'] {
  if (phase === 'pending') return 'pending';
  return phase === 'open' || phase === 'clearing' ? 'firing' : 'resolved';
}

function isFeedOf(channel: Channel, plan: Plan): boolean {
  if (plan.rule.on === 'oldest') return false;
  const { base, segment, field } = channel;
  const isOurs = plan.leaves.length > 0 ? plan.leaves.includes(base) : plan.base === base;
  if (!isOurs || (field === 'n' && !plan.hasOwnDenominator)) return false;
  const by = plan.rule.by ?? plan.splitBy;
  if (segment === '') return plan.rule.by === null || plan.rule.on === 'waiting';
  return by !== null && segment.startsWith(`${by}=`);
}

function readRun(run: SampleRun): RunReading {
  return new Map(
    run.series.map((key, i) => {
      const isUsable = run.flags[i] === 0;
      return [key, isUsable ? { y: run.y[i]!, n: run.n[i]! } : null] as const;
    }),
  );
}

/** A segment that the run leaves out had nothing, provided that its total was seen. */
function readSeries(
  reading: RunReading,
  base: string,
  segment: Segment,
): { y: number; n: number } | null {
  const found = reading.get(segment === '' ? base : `${base}{${segment}}`);
  if (found !== undefined) return found;
  if (segment === '' || !reading.get(base)) return null;
  return { y: base.endsWith('#oldest') ? -1 : 0, n: 0 };
}

function valueIn(reading: RunReading, feed: Channel): number | null {
  const found = readSeries(reading, feed.base, feed.segment);
  return found === null ? null : feed.field === 'n' ? found.n : found.y;
}
