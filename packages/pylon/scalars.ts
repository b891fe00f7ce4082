/**
 * Reading hand-typed JSON (pylon.md 3.5, rule 3). Anything that is not clearly a value is absent and
 * noted, never an error: templates contain typos, placeholders and numbers as strings.
 */
import { EARLIEST_INSTANT_MS } from '@sapwood/core/time';

/** What could not be used, by key; `doctor` shows it. Bounded, so a hostile body costs nothing. */
export interface Notes {
  readonly unresolved: string[];
  readonly unusable: string[];
  readonly unknown: string[];
}
export const NOTES_MAX = 64;
export const LIST_ITEMS_MAX = 64;

export const newNotes = (): Notes => ({ unresolved: [], unusable: [], unknown: [] });

export function note(list: string[], key: string): void {
  if (list.length < NOTES_MAX && !list.includes(key)) list.push(key.slice(0, 64));
}

const ID = /^[A-Za-z0-9_-]{1,128}$/;
const SLUG = /^[a-z0-9_.:-]{1,64}$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const EMPTY_WORD = /^(null|none|nil|undefined)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A parser gives the value, or undefined where the text is not one. */
export type Parser<T> = (value: unknown) => T | undefined;

export const asId: Parser<string> = (value) => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && ID.test(text) ? text : undefined;
};

/** Lower case, spaces as `_`: a label typed by hand still meets its slug. */
export const asSlug: Parser<string> = (value) => {
  if (typeof value !== 'string') return undefined;
  const slug = value.toLowerCase().replaceAll(' ', '_');
  return SLUG.test(slug) ? slug : undefined;
};

export const asInteger: Parser<number> = (value) => {
  const n = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isSafeInteger(n) ? n : undefined;
};

export const asBoolean: Parser<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'true') return true;
  return word === 'false' ? false : undefined;
};

/** RFC 3339 with a zone, as epoch ms. An instant before 1990 is no instant. */
export const asInstant: Parser<number> = (value) => {
  if (typeof value !== 'string' || !RFC_3339.test(value)) return undefined;
  const ms = Date.parse(value.toUpperCase());
  return Number.isSafeInteger(ms) && ms >= EARLIEST_INSTANT_MS ? ms : undefined;
};

/** A name for the label directory: one line, 1 to 120 characters. */
export const asName: Parser<string> = (value) =>
  typeof value === 'string' && value.length <= 120 && value.isWellFormed() && !CONTROL.test(value)
    ? value
    : undefined;

/** An array of names, or a string that parses as one. */
export const asNames: Parser<readonly string[]> = (value) => {
  let list = value;
  if (typeof value === 'string' && value.length <= 8192 && value.startsWith('[')) {
    try {
      list = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  if (!Array.isArray(list) || list.length > LIST_ITEMS_MAX) return undefined;
  const names = list.map(asName);
  return names.every((name) => name !== undefined && name !== '') ? (names as string[]) : undefined;
};

/** undefined: absent. Trims, and notes placeholders, empty words and values of the wrong shape. */
export function readScalar<T>(
  key: string,
  raw: unknown,
  parse: Parser<T>,
  notes: Notes,
): T | undefined {
  if (raw === undefined || raw === null) return undefined;
  const value = typeof raw === 'string' ? raw.trim() : raw;
  if (value === '') return undefined;
  if (typeof value === 'string') {
    if (value.includes('{{')) {
      note(notes.unresolved, key);
      return undefined;
    }
    if (EMPTY_WORD.test(value)) return undefined;
  }
  const parsed = parse(value);
  if (parsed === undefined) note(notes.unusable, key);
  return parsed;
}
