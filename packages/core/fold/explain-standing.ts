/** Who stands in a row now: what is open, and who is owed a reply. */
import type { Conversation, Open, Waiting } from '../conversation/model.ts';
import { AGE_BANDS, ageBandOf } from '../panes/open-index.ts';
import { openRows, waitingRows } from './gauges.ts';
import type { WorkspaceFold } from './workspace.ts';

export interface Standing<Where> {
  readonly conversation: Conversation;
  readonly where: Where;
}

export function findOpen(workspace: WorkspaceFold, row: string): Standing<Open>[] {
  const found: Standing<Open>[] = [];
  for (const id of workspace.open.conversations()) {
    const conversation = workspace.evidence.view(id);
    const { open } = conversation;
    if (!open) continue;
    const { rowsOf, handledBy } = workspace.evidence.toldOf(conversation);
    const age = AGE_BANDS[ageBandOf(workspace.T - open.createdAt)]!;
    const rows = openRows(open, { handledBy, age }, rowsOf);
    if (stands(workspace, rows, row)) found.push({ conversation, where: open });
  }
  return found;
}

export function findWaiting(workspace: WorkspaceFold, row: string): Standing<Waiting>[] {
  const found: Standing<Waiting>[] = [];
  for (const id of workspace.waits.conversations()) {
    const conversation = workspace.evidence.view(id);
    const { waiting } = conversation;
    if (!waiting) continue;
    const { rowsOf, handledBy } = workspace.evidence.toldOf(conversation);
    const rows = waitingRows(waiting, handledBy, rowsOf);
    if (stands(workspace, rows, row)) found.push({ conversation, where: waiting });
  }
  return found;
}

const stands = ({ shown }: WorkspaceFold, rows: readonly string[], row: string): boolean =>
  rows.some((told) => shown.wouldStandIn(told).includes(row));
