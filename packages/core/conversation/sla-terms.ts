/** What is promised to customers (metrics.md 3.2, `sla-compliance`). */
import type { SlaPolicy } from '../directory/config.ts';

export interface SlaTerms {
  readonly policy: SlaPolicy;
  /** Of an account, as known now. */
  readonly tierOf: (accountId: string) => string | null;
}
