/** Which values have parts that add up to them. */
import { metricDefinition } from './catalogue.ts';
import type { Question } from './explanation.ts';
import { viewText } from './sheet.ts';
import { metricSheet } from './sheets.ts';
import { parseSeriesKey } from './value.ts';

const TOO_LONG =
  'Windows of more than 7 days reach behind what is remembered; explained are shorter ones.';
const LONG: readonly string[] = ['28d', '56d', '90d'];
const LONG_ALONE =
  'It is told over more than 7 days alone, and these reach behind what is remembered of its parts.';
const NO_SUM =
  'How something is spread is the sum of no parts; its conversations are those of team-workload.';

const LONGEST =
  'How long somebody has waited is the sum of no parts; who waits stands beside message-response-time.';

const PAIRS =
  'How an agent compares with the team on a topic is the sum of no parts; the conversations are those of average-resolution-time, by assignee and by category.';

const GAP =
  'How two shares differ is the sum of no parts; each of them is one of csat by handled_by.';

/** Why a value has no parts to tell of, in a sentence; null: it has. */
export function unexplained({ key, window }: Pick<Question, 'key' | 'window'>): string | null {
  const id = parseSeriesKey(key)?.id ?? '';
  const view = metricSheet(id)?.viewOf;
  if (view) return `"${id}" has no parts: ${viewText(view)}. Each of these is explained.`;
  const metric = metricDefinition(id);
  const gauge = metric?.gauge;
  if (typeof gauge === 'object' && 'spread' in gauge) return NO_SUM;
  if (gauge === 'longest_wait') return LONGEST;
  if (metric?.ofAiLessHuman) return GAP;
  if (metric?.ofPairs) return PAIRS;
  // It is made of numbers, whatever these are made of.
  if (metric?.composite) return null;
  // Longer ones reach behind what conversations remember of themselves (metrics.md 1.3).
  if (!LONG.includes(window)) return null;
  return metric?.windows.some((code) => !LONG.includes(code)) ? TOO_LONG : LONG_ALONE;
}
