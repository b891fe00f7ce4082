/** Which declared custom fields had a value (metrics.md 3.1, 24; 3.2, `escalation-context`). */
import { valueBy, type When } from './dims.ts';
import type { Timeline } from './timeline.ts';
import { fieldSet, type Transition, tagsOf } from './transition.ts';

/** Nothing where none are declared, or none were ever read. */
export function filledAt(
  { fieldsFilled }: Timeline,
  when: When,
  declared: readonly string[],
): Pick<Transition, 'fields'> {
  const filled = valueBy(fieldsFilled, when);
  if (filled === undefined || declared.length === 0) return {};
  return { fields: fieldSet(declared, tagsOf(filled)) };
}
