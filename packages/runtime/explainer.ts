/**
 * Who can say what a published value is made of: whoever holds the state it was read from. Embedded
 * that is the aggregator of this process, in a cluster one of several, over the network.
 */
import type { Explanation, Question } from '@sapwood/core/explanation';

export type Explained =
  | {
      readonly kind: 'explained';
      readonly explanation: Explanation;
      /** It is of the state of log[0, offset). */
      readonly version: { readonly topology: number; readonly offset: number };
    }
  /** There is no such value. */
  | { readonly kind: 'no_value' }
  /** Nobody holds the state now. `remedy`: one sentence on what to do about it. */
  | { readonly kind: 'nobody'; readonly remedy: string };

export interface Explainer {
  /** Never rejects for want of an owner: that is an answer. */
  explain(workspace: string, question: Question): Promise<Explained>;
}
