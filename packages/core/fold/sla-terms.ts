/** What a workspace promises. */
import type { SlaTerms } from '../conversation/sla-terms.ts';
import { SLA_KINDS, type SlaKind, type SlaPolicy } from '../directory/config.ts';

export class WorkspaceSla {
  readonly #tierOf: SlaTerms['tierOf'];
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
  }
}
