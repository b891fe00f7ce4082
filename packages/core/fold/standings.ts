/**
 * Where conversations stand now: who waits, rests or is open, what is unread, what rests on an unread
 * thread, and when each is due. Nothing of it is stored: each conversation tells it again.
 */
import type { Conversation } from '../conversation/model.ts';
import type { RowsOf } from '../metrics/rows.ts';
import { MINUTE_MS } from '../time/instant.ts';
import { AccountIndex } from './account-index.ts';
import type { Gauges } from './gauges.ts';
import { createInstants, type Instants } from './instants.ts';
import { Recent } from './recent.ts';
import type { ShownSeries } from './shown-series.ts';

const UNREAD_MS: number = MINUTE_MS;

export interface StandingsDeps {
  readonly T: () => number;
  readonly shown: ShownSeries;
  readonly gauges: Gauges;
  readonly rowsOf: () => RowsOf;
}

export class Standings {
  readonly #deps: StandingsDeps;
  readonly accounts: AccountIndex = new AccountIndex();
  readonly recent: Recent = new Recent();
  readonly provisional: Set<string> = new Set();
  readonly #unread: Instants = createInstants();
  readonly #due: Instants = createInstants();

  constructor(deps: StandingsDeps) {
    this.#deps = deps;
  }

  /** Something was hinted over a minute ago and is not read yet. */
  get unread(): boolean {
    return this.#unread.first() <= this.#deps.T() - UNREAD_MS;
  }

  /** Who is to be derived again first, if that is not after T: no longer due then. null: nobody. */
  takeDue(T: number): ReturnType<Instants['take']> {
    return this.#due.take(T);
  }

  /** As it is derived now. True if it waits otherwise than before. */
  set(conversation: Conversation): boolean {
    const { provisional } = conversation;
    this.recent.set(conversation);
    const changed = this.place(conversation);
    // Values show whether any is provisional, not which.
    const wasAny = this.provisional.size > 0;
    if (provisional) this.provisional.add(conversation.id);
    else this.provisional.delete(conversation.id);
    if (wasAny !== this.provisional.size > 0) this.#deps.shown.touchAll();
    this.#due.set(conversation.id, conversation.dueAt);
    this.accounts.place(conversation);
    this.#trackUnread(conversation);
    return changed;
  }

  /** In the rows of now. True if it waits otherwise than before. */
  place(conversation: Conversation): boolean {
    return this.#deps.gauges.place(conversation, this.#deps.rowsOf());
  }

  #trackUnread(conversation: Conversation): void {
    const was = this.unread;
    this.#unread.set(conversation.id, conversation.hints[0]?.receivedAt ?? null);
    if (was !== this.unread) this.#deps.shown.touchAll();
  }
}
