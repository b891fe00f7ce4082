/** Whose conversations a change of an account reaches. */
import { type Conversation, latest } from '../conversation/model.ts';
import { NONE } from '../conversation/transition.ts';

export class AccountIndex {
  readonly #conversations: Map<string, Set<string>> = new Map();
  readonly #accounts: Map<string, readonly string[]> = new Map();

  /** It is with its account of now, and with each that anything of it counts under. */
  place(conversation: Conversation): void {
    const { id } = conversation;
    const known = this.#accounts.get(id) ?? [];
    const accounts = accountsOf(conversation);
    if (accounts.join('\u001f') === known.join('\u001f')) return;
    for (const account of known) {
      const all = this.#conversations.get(account)!;
      all.delete(id);
      if (all.size === 0) this.#conversations.delete(account);
    }
    for (const account of accounts) {
      const all = this.#conversations.get(account) ?? new Set();
      this.#conversations.set(account, all.add(id));
    }
    if (accounts.length > 0) this.#accounts.set(id, accounts);
    else this.#accounts.delete(id);
  }

  /** In a fixed order: what is derived anew. */
  of(account: string): readonly string[] {
    return [...(this.#conversations.get(account) ?? [])].sort();
  }
}

function accountsOf(conversation: Conversation): readonly string[] {
  const accounts = new Set(conversation.transitions.map(({ dims }) => dims.account));
  accounts.add(latest(conversation, 'accountId') ?? NONE);
  accounts.delete(NONE);
  return [...accounts].sort();
}
