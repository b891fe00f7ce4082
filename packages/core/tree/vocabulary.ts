/** Words that are values of one dimension alone, so that a tree file need not say of which; and what is none. */
import { HANDLERS, NONE } from '../conversation/transition.ts';
import { UNALLOCATED } from '../cost/allocation.ts';
import { STATE_CATEGORIES } from '../facts/fact.ts';
import { crossName } from '../metrics/crosses.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { HOUR_NAMES } from '../metrics/hours-of-week.ts';
import { seriesKey } from '../metrics/value.ts';
import { AGE_BANDS } from '../panes/age-bands.ts';
import { nearest } from './suggest.ts';

type Words = Readonly<Record<string, readonly string[]>>;

/** Pylon's channels, as facts name them, and those that it reads of phones and messengers. */
const CHANNELS = [
  'email',
  'chat',
  'phone',
  'slack',
  'teams',
  'discord',
  'telegram',
  'whatsapp',
  'sms',
  'form',
  'portal',
  'manual',
] as const;
const PRIORITIES = ['urgent', 'high', 'medium', 'low'] as const;

/** Words that we have made: there is no other value of these. */
const CLOSED: Words = {
  age: AGE_BANDS,
  handled_by: HANDLERS,
  hour_of_week: HOUR_NAMES,
  state: STATE_CATEGORIES,
};
/** Pylon's own words. Its next channel, and the priorities of a tenant's own field, are others. */
export const USUAL: Words = { channel: CHANNELS, priority: PRIORITIES };
const WORDS: Words = { ...CLOSED, ...USUAL };
/** What Pylon says and facts say otherwise. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['channel=chat_widget', 'chat'],
  ['channel=microsoft_teams', 'teams'],
  ['channel=microsoft_teams_chat', 'teams'],
  ['priority=critical', 'urgent'],
]);
const renamed = (dimension: string, value: string): string | undefined =>
  RENAMED.get(`${dimension}=${value.toLowerCase()}`);
const EVERYWHERE: readonly string[] = [NONE, OTHER, UNALLOCATED];
const TOLD_MAX = 12;

/** Why this cannot be meant as a value of the dimension; null: it can. `more`: words that a workspace has declared. */
export function wrongValue(dimension: string, value: string, more: Words = {}): string | null {
  const words = WORDS[dimension] ?? more[dimension];
  if (words === undefined || [...words, ...EVERYWHERE].includes(value)) return null;
  const known = renamed(dimension, value);
  if (known !== undefined) return `facts know "${value}" as "${known}": write that`;
  const near = nearest(value, words);
  const what = `no ${dimension} is called "${value}"`;
  if (near !== null) return `${what} - did you mean "${near}"?`;
  if (CLOSED[dimension] === undefined) return null;
  const some =
    words.length > TOLD_MAX ? `something like ${words[0]}` : `one of ${words.join(', ')}`;
  return `${what}: expected ${some}`;
}

export type SegmentName =
  | { readonly dimension: string; readonly value: string }
  | { readonly problem: string };

/** What a node is told by, what it could be told by, and words that the workspace has declared. */
export interface Told {
  readonly by: readonly string[];
  readonly crosses: readonly string[];
  readonly offered: readonly string[];
  readonly words: Words;
}

/**
 * Which dimension a value of a `target` or `owner` is of: the one it names (`team=team-1`), the one whose word it
 * is, or the first that the node is told `by` and that takes any word.
 */
export function segmentNamed(text: string, told: Told): SegmentName {
  const { by, offered, words } = told;
  if (text.trim() === '') return { problem: 'expected the name of a value' };
  const eq = text.indexOf('=');
  if (eq > 0) return named(text.slice(0, eq), text.slice(eq + 1), told);
  const known = [...by, ...offered].find((one) => WORDS[one]?.includes(text));
  if (known !== undefined) return { dimension: known, value: text };
  const open = by.find((one) => WORDS[one] === undefined);
  const near = nearWord(
    text,
    open === undefined ? offered : [...by, ...usualFor(text, offered)],
    words,
  );
  if (open === undefined) {
    const ask = `of what is "${text}" a value? Write it as in "team=${text}", or name the dimension in "by"`;
    return { problem: near ?? ask };
  }
  // Any word may be a value of an open dimension: whoever means that says so.
  if (near !== null) {
    return { problem: `${near} (a value of ${open} by that name: "${open}=${text}")` };
  }
  return { dimension: open, value: text };
}

/** A tier "smb" is near the channel "sms", as every short word is near some other. */
const SHORT_CHARS_MAX = 3;
const usualFor = (text: string, offered: readonly string[]): string[] =>
  offered.filter((one) => USUAL[one] !== undefined && text.length > SHORT_CHARS_MAX);

/** `channel=email, priority=high`: of several dimensions at once, as `by` names them; null: it is of one. */
export function crossNamed(text: string, { crosses, offered, words }: Told): SegmentName | null {
  const pairs = text.split(',').map((part) => part.trim().split(/=(.*)/s, 2));
  const isCross = pairs.length > 1 && pairs.every(([name]) => offered.includes(name!));
  if (!isCross || pairs.some(([, value]) => value === undefined)) return null;
  if (pairs.some(([, value]) => value === '')) return { problem: 'expected a value after "="' };
  const wrong = pairs.map(([name, value]) => wrongValue(name!, value!, words)).find(Boolean);
  if (wrong) return { problem: wrong };
  const dimension = crossName(pairs.map(([name]) => name!));
  if (!crosses.includes(dimension)) {
    return { problem: `it has no such rows: name [${dimension.replace(/,/g, ', ')}] in "by"` };
  }
  return { dimension, value: seriesKey('', Object.fromEntries(pairs)).slice(1, -1) };
}

function nearWord(text: string, dimensions: readonly string[], words: Words): string | null {
  for (const one of dimensions) {
    const wrong = isNearOrRenamed(one, text, words) ? wrongValue(one, text, words) : null;
    if (wrong !== null) return wrong;
  }
  return null;
}

const isNearOrRenamed = (dimension: string, text: string, words: Words): boolean =>
  nearest(text, WORDS[dimension] ?? words[dimension] ?? []) !== null ||
  renamed(dimension, text) !== undefined;

function named(dimension: string, value: string, { offered, words }: Told): SegmentName {
  if (value === '') return { problem: 'expected a value after "="' };
  const wrong = offered.includes(dimension)
    ? wrongValue(dimension, value, words)
    : `"${dimension}" is nothing it is told by: expected one of ${offered.join(', ')}`;
  return wrong === null ? { dimension, value } : { problem: wrong };
}
