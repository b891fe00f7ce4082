/** Why a metric has no value at all, in a row or anywhere. */
import type { MetricDefinition } from './catalogue.ts';
import type { ReadContext } from './reading.ts';

/** Why a row has no value of its own; null: it has one. */
export type Absence = 'in_other' | 'not_declared' | 'not_shown' | null;

export type Needed = Pick<
  ReadContext,
  'noMessages' | 'noScale' | 'fields' | 'noRoster' | 'slaKinds' | 'switches'
>;

/** What it needs and there is none of; null: nothing. */
export function lackOf(
  metric: MetricDefinition,
  { noMessages, noScale, fields, noRoster, slaKinds, switches }: Needed,
): string | null {
  const { needsMessages, needsScale, needsFields, needsTarget, needsRoster, needsSwitch } = metric;
  if (needsSwitch && !switches.has(needsSwitch)) return 'not_switched_on';
  if (needsRoster && noRoster) return 'no_roster';
  if (needsMessages && noMessages) return 'no_messages';
  if (needsScale && noScale) return 'no_scale';
  if (needsFields && !fields.has(needsFields)) return 'no_fields';
  return needsTarget && !needsTarget.some((kind) => slaKinds.has(kind)) ? 'no_policy' : null;
}
