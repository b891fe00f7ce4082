/** A series as text, without what may be older: a value that did not change is not sent again. */
import type { Series } from '@sapwood/core/metrics';

/** Neither the offset nor the ends of the windows. */
export function comparable({ offset: _offset, cells, ...rest }: Series): string {
  return JSON.stringify([rest, cells.map(({ from: _from, to: _to, ...cell }) => cell)], inOrder);
}

/** Of an object: its fields by name. */
function inOrder(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
