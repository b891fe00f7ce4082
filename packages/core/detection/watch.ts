/** One fixed rule in one segment: reads its series at a step and drives its machine. */

import { mulDivRound } from '../num/integer.ts';
import { STEP_MS } from '../samples.ts';
import type { TreeNode } from '../tree/tree.ts';
import type { Severity } from './alert.ts';
import type { Feeds } from './feeds.ts';
import { feedsOf } from './feeds.ts';
import { RollingSum } from './history.ts';
import { IDLE_MACHINE, type Machine, type StepShown } from './lifecycle.ts';
import { type Plan, type Segment, sampleSize, seriesOf, valueFromLeaves } from './plan.ts';

const PPM = 1_000_000;

/** What a series held in a step; null = skipped. */
export type ReadSeries = (base: string, segment: Segment) => { y: number; n: number } | null;

/** Value and sample size of a rule in one step; null where a step must be skipped. */
interface Reading {
  readonly value: number;
  /** null = a value without a sample size, such as plain money. */
  readonly n: number | null;
}

export interface Shown extends StepShown {
  readonly value: number;
}

export class Watch {
  readonly plan: Plan;
  readonly segment: Segment;
  /** Stands in stored fields: `<node>/<rule>/<direction>/<segment>`. */
  readonly key: string;
  machine: Machine = IDLE_MACHINE;
  readonly #sums = new Map<string, RollingSum>();

  constructor(plan: Plan, segment: Segment, feeds: Feeds) {
    this.plan = plan;
    this.segment = segment;
    this.key = watchKey(plan, segment);
    if (plan.rule.on !== 'value') return;
    for (const feed of feedsOf(plan, segment)) {
      const sum = new RollingSum(feeds.open(feed).history, plan.rule.overMs / STEP_MS);
      this.#sums.set(feed.field === 'n' ? 'n' : feed.base, sum);
    }
  }

  get series(): string {
    return seriesOf(this.plan.base, this.segment);
  }

  pushSums(step: number): void {
    for (const sum of this.#sums.values()) sum.push(step);
  }

  resyncSums(step: number): void {
    for (const sum of this.#sums.values()) sum.resync(step);
  }

  /** Judges the step that ends at `at`. */
  show(at: number, read: ReadSeries, nodes: ReadonlyMap<string, TreeNode>): Shown {
    const { plan, segment } = this;
    const reading =
      plan.rule.on === 'value' ? this.#valueReading(nodes) : gaugeReading(plan, segment, at, read);
    if (reading === null) return { at, usable: false, level: null, recovered: false, value: 0 };
    return { at, ...judge(plan, reading), value: reading.value };
  }

  #valueReading(nodes: ReadonlyMap<string, TreeNode>): Reading | null {
    const { node, hasOwnDenominator, selfCounted } = this.plan;
    const sum = (leaf: string): number | null => this.#sums.get(leaf)?.value() ?? null;
    if (hasOwnDenominator) {
      const x = sum(node.id);
      const n = sum('n');
      return x === null || n === null || n === 0 ? null : { value: mulDivRound(x, PPM, n), n };
    }
    const value = valueFromLeaves(node.id, nodes, sum);
    if (value === null) return null;
    return { value, n: selfCounted ? Math.abs(value) : sampleSize(node, nodes, sum) };
  }
}

export function watchKey({ node, rule }: Plan, segment: Segment): string {
  return `${node.id}/${rule.id}/${rule.direction}/${segment}`;
}

function gaugeReading(
  { node, rule, base }: Plan,
  segment: Segment,
  at: number,
  read: ReadSeries,
): Reading | null {
  const gauge = read(base, segment);
  if (gauge === null) return null;
  if (rule.on === 'waiting') return { value: gauge.y, n: gauge.y };
  const waiting = read(`${node.id}#waiting`, segment);
  const age = gauge.y < 0 ? 0 : Math.max(0, at - gauge.y);
  return { value: age, n: waiting === null ? null : waiting.y };
}

/**
 * Below `minN` nothing changes. Where the watched count is itself the sample, few of it is the
 * recovery: there `minN` only keeps an alert from beginning.
 */
function judge(plan: Plan, { value, n }: Reading): Omit<StepShown, 'at'> {
  const { rule, selfCounted } = plan;
  const recovered = rule.direction === 'above' ? value <= rule.recovers : value >= rule.recovers;
  const level = levelOf(plan, value);
  const isEnough = n === null || n >= rule.minN;
  if (isEnough) return { usable: true, level, recovered: recovered && level === null };
  const mayRecover = selfCounted && recovered && level === null;
  return { usable: mayRecover, level: null, recovered: mayRecover };
}

/** The severity a value earns; a bound is crossed when it is reached. */
function levelOf({ rule }: Plan, value: number): Severity | null {
  const isCrossed = (bound: number | null): boolean =>
    bound !== null && (rule.direction === 'above' ? value >= bound : value <= bound);
  if (isCrossed(rule.high)) return 'high';
  return isCrossed(rule.warn) ? 'warning' : null;
}
