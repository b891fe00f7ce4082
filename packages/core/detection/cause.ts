/**
 * The cause of an alert: how the leaves share the change since a reference (anomaly.md 12.1). For a
 * fixed rule that is the same span one week earlier, else the span before, else there is none.
 */
import { DAY_MS, MINUTE_MS } from '../time/instant.ts';
import { attribute, type LeafStates } from '../tree/attribute.ts';
import type { TreeNode } from '../tree/tree.ts';
import type { Alert, AlertDriver } from './alert.ts';
import type { Feeds } from './feeds.ts';
import { FINE_STEPS, type History, STEPS_PER_MINUTE } from './history.ts';
import { identityIn, type Plan, type Segment, seriesOf } from './plan.ts';

const WEEK_MINUTES: number = (7 * DAY_MS) / MINUTE_MS;
const DAY_MINUTES: number = DAY_MS / MINUTE_MS;
const STEP_MS: number = MINUTE_MS / STEPS_PER_MINUTE;
/** A gauge without a week's history is compared with what it was this long before, at least. */
const GAUGE_SPAN_MINUTES = 15;
const DRIVERS_MAX = 20;

export interface Cause {
  readonly reference: Alert['reference'];
  /** Value of the watched node in the reference, in its unit; null without one. */
  readonly before: number | null;
  readonly delta: number | null;
  readonly drivers: readonly AlertDriver[];
}

/** Nothing to compare with. */
export const NO_CAUSE: Cause = {
  reference: 'no_reference',
  before: null,
  delta: null,
  drivers: [],
};

export interface CauseInput {
  readonly plan: Plan;
  readonly segment: Segment;
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly feeds: Feeds;
  /** Index of the step that has just been judged. */
  readonly step: number;
  /** End of the first step of the alert, epoch ms. */
  readonly since: number;
}

export function causeOf(input: CauseInput): Cause {
  switch (input.plan.rule.on) {
    case 'value':
      return valueCause(input);
    case 'waiting':
      return waitingCause(input);
    case 'oldest': // an age is not a sum of parts
      return NO_CAUSE;
  }
}

/** `[onset, now]` in whole minutes, from the start of the first window that crossed. */
function spanMinutes({ plan, step, since }: CauseInput): number {
  const now = (step + 1) * STEP_MS;
  const minutes = Math.ceil((now - since + plan.rule.overMs) / MINUTE_MS);
  return Math.min(DAY_MINUTES, minutes);
}

/** Sums of one leaf: now, and over the span that each reference means. */
interface Span {
  readonly now: (history: History) => number | null;
  readonly week_before: (history: History) => number | null;
  readonly span_before: (history: History) => number | null;
}

function spanOf(input: CauseInput): Span {
  const length = spanMinutes(input);
  const end = input.step + 1;
  const minute = Math.floor(end / STEPS_PER_MINUTE);
  const week = minute - WEEK_MINUTES;
  const steps = length * STEPS_PER_MINUTE;
  const isFine = 2 * steps <= FINE_STEPS;
  return {
    now: (h) => (isFine ? h.sumSteps(end - steps, end) : h.sumMinutes(minute - length, minute)),
    week_before: (h) => h.sumMinutes(week - length, week),
    span_before: (h) =>
      isFine
        ? h.sumSteps(end - 2 * steps, end - steps)
        : h.sumMinutes(minute - 2 * length, minute - length),
  };
}

function valueCause(input: CauseInput): Cause {
  const { plan, segment, nodes, feeds } = input;
  const span = spanOf(input);
  const historyOf = (leaf: string, field: '' | '|n' = ''): History | null =>
    feeds.get(`${seriesOf(leaf, segment)}${field}`)?.history ?? null;
  for (const reference of ['week_before', 'span_before'] as const) {
    const read = (history: History | null): LeafStates | null => {
      const before = history && span[reference](history);
      const after = history && span.now(history);
      return before === null || after === null ? null : { before, after };
    };
    const leafStates = (leaf: string): LeafStates | null => {
      const states = read(historyOf(leaf));
      return plan.hasOwnDenominator ? shareStates(states, read(historyOf(leaf, '|n'))) : states;
    };
    const found = attribute(plan.node.id, identityIn(nodes), leafStates);
    if (found === null) continue;
    const drivers = found.shares.map(({ leaf, share }) => ({
      key: seriesOf(leaf, segment),
      share,
    }));
    return { reference, before: found.before, delta: found.delta, drivers: ranked(drivers) };
  }
  return NO_CAUSE;
}

/** A ratio of the samples has no parts of its own: its share in ppm stands for it. */
function shareStates(x: LeafStates | null, n: LeafStates | null): LeafStates | null {
  if (x === null || n === null || n.before === 0 || n.after === 0) return null;
  return { before: (1e6 * x.before) / n.before, after: (1e6 * x.after) / n.after };
}

/** Who waits more than in the reference, by the rule's dimension: the node's rise, split. */
function waitingCause(input: CauseInput): Cause {
  const { plan, feeds, step } = input;
  const total = feeds.get(plan.base)?.history ?? null;
  const now = total?.at(step) ?? null;
  if (total === null || now === null) return NO_CAUSE;
  for (const reference of ['week_before', 'span_before'] as const) {
    const levelBefore = gaugeReference(reference, input);
    const before = levelBefore(total);
    if (before === null) continue;
    const drivers: AlertDriver[] = [];
    for (const { base, segment, key, history } of feeds.all()) {
      if (base !== plan.base || !segment.startsWith(`${plan.splitBy}=`)) continue;
      drivers.push({ key, share: (history.at(step) ?? 0) - (levelBefore(history) ?? 0) });
    }
    return { reference, before, delta: now - before, drivers: ranked(drivers) };
  }
  return NO_CAUSE;
}

function gaugeReference(
  reference: 'week_before' | 'span_before',
  { step, since }: CauseInput,
): (history: History) => number | null {
  const end = step + 1;
  const lastMinute = Math.floor(end / STEPS_PER_MINUTE) - 1;
  if (reference === 'week_before') return (h) => h.minute(lastMinute - WEEK_MINUTES);
  const alertMinutes = Math.ceil((end * STEP_MS - since) / MINUTE_MS);
  const back = Math.min(DAY_MINUTES, Math.max(GAUGE_SPAN_MINUTES, alertMinutes));
  const backSteps = back * STEPS_PER_MINUTE;
  return (h) => (backSteps < FINE_STEPS ? h.at(step - backSteps) : h.minute(lastMinute - back));
}

/** Largest first; those that do not move explain nothing. */
function ranked(drivers: readonly AlertDriver[]): AlertDriver[] {
  return drivers
    .filter((driver) => driver.share !== 0)
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share) || (a.key < b.key ? -1 : 1))
    .slice(0, DRIVERS_MAX);
}
