/** Words that are values of one dimension alone, so that a tree file need not say of which. */
import { HANDLERS } from '../conversation/transition.ts';
import { STATE_CATEGORIES } from '../facts/fact.ts';
import { crossName } from '../metrics/crosses.ts';
import { seriesKey } from '../metrics/value.ts';
import { nearest } from './suggest.ts';

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

const WORDS: Readonly<Record<string, readonly string[]>> = {
  channel: CHANNELS,
  priority: PRIORITIES,
  handled_by: HANDLERS,
  state: STATE_CATEGORIES,
};

export type SegmentName =
  | { readonly dimension: string; readonly value: string }
  | { readonly problem: string };

/**
 * Which dimension a value of a `target` or `owner` is of: the one it names (`team=team-1`), the one whose word it
 * is, or the first that the node is told `by` and that takes any word.
 */
export function segmentNamed(
  text: string,
  by: readonly string[],
  offered: readonly string[],
): SegmentName {
  if (text.trim() === '') return { problem: 'expected the name of a value' };
  const eq = text.indexOf('=');
  if (eq > 0) return named(text.slice(0, eq), text.slice(eq + 1), offered);
  const known = [...by, ...offered].find((one) => WORDS[one]?.includes(text));
  if (known !== undefined) return { dimension: known, value: text };
  const open = by.find((one) => WORDS[one] === undefined);
  // Any word may be a value of an open dimension: then only those the node is told by can be meant instead.
  const near = nearWord(text, open === undefined ? offered : by);
  if (near !== null) return { problem: near };
  if (open !== undefined) return { dimension: open, value: text };
  return {
    problem: `of what is "${text}" a value? Write it as in "team=${text}", or name the dimension in "by"`,
  };
}

/** `channel=email, priority=high`: of several dimensions at once, as `by` names them; null: it is of one. */
export function crossNamed(
  text: string,
  crosses: readonly string[],
  offered: readonly string[],
): SegmentName | null {
  const pairs = text.split(',').map((part) => part.trim().split(/=(.*)/s, 2));
  const isCross = pairs.length > 1 && pairs.every(([name]) => offered.includes(name!));
  if (!isCross || pairs.some(([, value]) => value === undefined)) return null;
  if (pairs.some(([, value]) => value === '')) return { problem: 'expected a value after "="' };
  const dimension = crossName(pairs.map(([name]) => name!));
  if (!crosses.includes(dimension)) {
    return { problem: `it has no such rows: name [${dimension.replace(/,/g, ', ')}] in "by"` };
  }
  return { dimension, value: seriesKey('', Object.fromEntries(pairs)).slice(1, -1) };
}

function nearWord(text: string, dimensions: readonly string[]): string | null {
  for (const one of dimensions) {
    const near = nearest(text, WORDS[one] ?? []);
    if (near !== null) return `no ${one} is called "${text}" - did you mean "${near}"?`;
  }
  return null;
}

function named(dimension: string, value: string, offered: readonly string[]): SegmentName {
  if (value === '') return { problem: 'expected a value after "="' };
  if (offered.includes(dimension)) return { dimension, value };
  return {
    problem: `"${dimension}" is nothing it is told by: expected one of ${offered.join(', ')}`,
  };
}
