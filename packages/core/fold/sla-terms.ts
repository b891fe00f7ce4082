/** What a workspace promises, and whose conversations a change of an account's tier reaches. */
import type { SlaTerms } from '../conversation/sla.ts';
import { SLA_KINDS, type SlaKind, type SlaPolicy } from '../directory/config.ts';

export class WorkspaceSla {
  readonly #tierOf: SlaTerms['tierOf'];
  #accounts: Map<string, Set<string>> = new Map();
  #accountOf: Map<string, string> = new Map();
  /** null: nothing is promised. */
  terms: SlaTerms | null = null;
  /** Kinds of which some target is declared. */
  kinds: ReadonlySet<SlaKind> = new Set();

  constructor(tierOf: SlaTerms['tierOf']) {
    this.#tierOf = tierOf;
  }

  declare(policy: SlaPolicy | undefined): void {
    this.terms = policy ? { policy, tierOf: this.#tierOf } : null;
    const declared = policy ? [policy.targets, ...Object.values(policy.tiers ?? {})] : [];
    this.kinds = new Set(SLA_KINDS.filter((kind) => declared.some((one) => one[kind])));
    if (this.#byTier) return;
    this.#accounts = new Map();
    this.#accountOf = new Map();
  }

  get #byTier(): boolean {
    return this.terms?.policy.tiers !== undefined;
  }

  /** Whose conversation it is now. Nothing is kept where tiers change nothing. */
  belongs(conversation: string, account: string | null): void {
    const known = this.#accountOf.get(conversation) ?? null;
    if (!this.#byTier || known === account) return;
    if (known !== null) this.#accounts.get(known)?.delete(conversation);
    if (account === null) {
      this.#accountOf.delete(conversation);
      return;
    }
    this.#accountOf.set(conversation, account);
    const all = this.#accounts.get(account) ?? new Set();
    this.#accounts.set(account, all.add(conversation));
  }

  /** In a fixed order: what is derived anew once its tier is another. */
  of(account: string): readonly string[] {
    return [...(this.#accounts.get(account) ?? [])].sort();
  }
}
