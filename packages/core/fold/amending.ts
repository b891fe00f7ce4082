/** What amends a conversation, gathered: corrections in force, and what was merged into it. */
import { type Amendments, NO_AMENDMENTS } from '../conversation/amendments.ts';
import type { ConversationShelf } from './conversation-shelf.ts';
import type { CorrectionBook } from './correction-book.ts';
import type { Merges } from './merges.ts';

export interface AmendingDeps {
  readonly book: CorrectionBook;
  readonly merges: Merges;
  readonly conversations: Pick<ConversationShelf, 'view'>;
}

export function amendmentsOf(
  id: string,
  { book, merges, conversations }: AmendingDeps,
): Amendments {
  if (book.isEmpty && !merges.isMerged(id)) return NO_AMENDMENTS;
  const parts = merges.partsOf(id);
  const messages = [id, ...parts].flatMap((one) =>
    book.about(one, 'correction.retract').flatMap(({ body }) => body.messageId ?? []),
  );
  return {
    retractedAt: retractedAt(id, book),
    retractedMessages: new Set(messages),
    closers: book.closersOf(id),
    merged: merges.of(id),
    adopted: parts.map((part) => conversations.view(part)),
  };
}

/** Nothing is forgotten of what a correction holds out or holds together: it may be taken back. */
export const isHeldBack = (
  id: string,
  { book, merges }: Pick<AmendingDeps, 'book' | 'merges'>,
): boolean => merges.isMerged(id) || retractedAt(id, book) !== null;

const retractedAt = (id: string, book: CorrectionBook): number | null =>
  book.about(id, 'correction.retract').findLast(({ body }) => body.messageId === null)?.at ?? null;
