/**
 * The detector's state of one workspace: the tree in force, the histories, the watches. Runs are
 * expanded to their 5 s steps, so that it does not matter where a run was cut.
 */
import type { WorkspaceConfig } from '../directory/config.ts';
import { canonicalJson } from '../num/integer.ts';
import { type SampleRun, STEP_MS } from '../samples.ts';
import { type AlertDraft, draftOf } from './draft.ts';
import { type Channel, Feeds, feedsOf } from './feeds.ts';
import {
  afterTelling,
  IDLE_MACHINE,
  type Machine,
  retireMachine,
  stepMachine,
} from './lifecycle.ts';
import { EMPTY_PLANS, type Plan, type Plans, plansOf, type Segment, segmentIn } from './plan.ts';
import { readRun, readSeries, valueIn } from './reading.ts';
import { type ReadSeries, type Shown, Watch, watchKey } from './watch.ts';

/** A rule by channel or team watches at most this many of its values; later ones are left out. */
const SEGMENTS_MAX = 200;

export type Emit = (draft: AlertDraft) => void;
export type IdOf = (parts: readonly (string | number)[]) => string;

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
  /** Dimension values seen, by the plan's key; kept, for one that nobody uses now may have history. */
  #segments = new Map<string, Set<Segment>>();
  #segmentsChanged = false;
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
    this.#discover([...this.feeds.all()].map((channel) => channel.key));
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

  restoreSegments(text: string): void {
    const stored = JSON.parse(text) as Record<string, readonly Segment[]>;
    this.#segments = new Map(Object.entries(stored).map(([key, list]) => [key, new Set(list)]));
  }

  encodeSegments(): string {
    const entries = [...this.#segments].map(([key, set]) => [key, [...set].sort()] as const);
    return canonicalJson(Object.fromEntries(entries));
  }

  /** Null if no dimension value was new since the last call. */
  takeDirtySegments(): string | null {
    const text = this.#segmentsChanged ? this.encodeSegments() : null;
    this.#segmentsChanged = false;
    return text;
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
    this.feeds.keepOnly((channel) => this.#plans.list.some((plan) => isFeedOf(channel, plan)));
    for (const plan of this.#plans.list) {
      for (const feed of feedsOf(plan, '')) {
        if (plan.rule.by === null || plan.rule.on === 'waiting') this.feeds.open(feed);
      }
      if (plan.rule.by === null) this.#watches.push(new Watch(plan, '', this.feeds));
    }
    this.#rewatchSegments();
    this.#resync(this.end / STEP_MS - 1);
  }

  /** Plans that are still there go on watching what they had seen. */
  #rewatchSegments(): void {
    const before = this.#segments;
    this.#segments = new Map();
    this.#segmentsChanged = true;
    for (const plan of this.#plans.list) {
      for (const segment of before.get(watchKey(plan, '')) ?? []) this.#watch(plan, segment);
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
    const planKey = watchKey(plan, '');
    const known = this.#segments.get(planKey) ?? new Set();
    if (known.has(segment) || known.size >= SEGMENTS_MAX) return;
    this.#segments.set(planKey, known.add(segment));
    this.#segmentsChanged = true;
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
    if (told) emit(this.#told(watch, state, shown, step));
  }

  #newId(plan: Plan, segment: Segment, since: number): string {
    const { node, rule } = plan;
    return this.#idOf([this.workspace, rule.id, node.id, segment, rule.direction, since]);
  }

  #retire(watch: Watch, emit: Emit): void {
    const { state, told } = retireMachine(watch.machine, this.end);
    this.#dirtyMachines.add(watch.key);
    const shown: Shown = { at: this.end, usable: false, level: null, recovered: false, value: 0 };
    if (told) emit(this.#told(watch, state, shown, null));
  }

  #told(watch: Watch, machine: Machine, shown: Shown, step: number | null): AlertDraft {
    const { nodes } = this.#plans;
    const currency = this.#currency;
    return draftOf({ watch, machine, shown, step, nodes, feeds: this.feeds, currency });
  }
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
