/** The record of a transition: what the alert is, why, and in one sentence. */
import { ownerOf } from '../tree/segments.ts';
import type { TreeNode } from '../tree/tree.ts';
import type { Alert } from './alert.ts';
import { type Cause, causeOf, NO_CAUSE } from './cause.ts';
import type { Feeds } from './feeds.ts';
import type { Machine } from './lifecycle.ts';
import { publishedKey } from './plan.ts';
import { sentenceOf } from './sentence.ts';
import type { Shown, Watch } from './watch.ts';

/** An alert's record without what the fold adds. */
export type AlertDraft = Omit<Alert, 'workspace' | 'topology' | 'seq'>;

export interface DraftInput {
  readonly watch: Watch;
  /** After the transition. */
  readonly machine: Machine;
  readonly shown: Shown;
  /** Index of the judged step; null: the rule is gone, there is nothing to compare. */
  readonly step: number | null;
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly feeds: Feeds;
  readonly currency: string;
}

export function draftOf(input: DraftInput): AlertDraft {
  const { watch, machine, shown } = input;
  const { plan } = watch;
  const { node, rule } = plan;
  const cause = causeIn(input);
  const bound = (machine.severity === 'high' ? rule.high : rule.warn) ?? rule.high ?? rule.warn!;
  return {
    alertId: machine.alertId,
    revision: machine.revision,
    phase: machine.phase,
    status: statusOf(machine.phase),
    severity: machine.severity,
    rule: rule.id,
    node: node.id,
    series: publishedKey(watch.series),
    on: rule.on,
    direction: rule.direction,
    value: shown.value,
    bound,
    unit: plan.unit,
    since: machine.since,
    at: shown.at,
    path: plan.path,
    reference: cause.reference,
    delta: cause.delta,
    drivers: cause.drivers.map(({ key, share }) => ({ key: publishedKey(key), share })),
    owner: ownerOf(node, publishedKey(watch.series)),
    audience: node.audience,
    text: textOf(input, cause, bound),
  };
}

function causeIn({ watch, machine, step, nodes, feeds }: DraftInput): Cause {
  if (step === null) return NO_CAUSE;
  const { plan, segment } = watch;
  return causeOf({ plan, segment, nodes, feeds, step, since: machine.since });
}

function textOf(input: DraftInput, cause: Cause, bound: number): string {
  const { watch, machine, shown, step, nodes, currency } = input;
  const { plan, segment } = watch;
  if (step === null) {
    return `${plan.node.label}: the rule "${plan.rule.id}" is no longer in force.`;
  }
  const { phase } = machine;
  return sentenceOf({ plan, segment, nodes, phase, value: shown.value, bound, cause, currency });
}

function statusOf(phase: Machine['phase']): Alert['status'] {
  if (phase === 'pending') return 'pending';
  return phase === 'open' || phase === 'clearing' ? 'firing' : 'resolved';
}
