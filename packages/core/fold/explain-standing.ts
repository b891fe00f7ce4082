/**
 * Who stands in a row now: what is open, and who is owed a reply. Both are known by row without a
 * look at the conversations, of which thousands may be open: only those on the page are woken.
 */
import type { Counted } from '../panes/gauge-index.ts';
import type { WorkspaceFold } from './workspace.ts';

export interface Standing {
  readonly id: string;
  readonly since: number;
}

export const findCounted = ({ gauges }: WorkspaceFold, row: string): Counted[] => [
  ...gauges.within(row),
];

export function findWaiting({ waits }: WorkspaceFold, row: string): Standing[] {
  return [...waits.within(row)].map(([id, since]) => ({ id, since }));
}
