/** `labels.v1`: names live outside the facts (design D15). Key `<workspace>/<kind>/<id>`; null erases. */
export interface Label {
  readonly workspace: string;
  readonly kind: 'team' | 'user' | 'account' | 'tag' | 'status';
  readonly id: string;
  readonly name: string;
}

/** `dlq.raw.v1`, `dlq.facts.v1`: what could not be used, where it lies, and why. */
export interface Quarantined {
  readonly workspace: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly at: number;
}
