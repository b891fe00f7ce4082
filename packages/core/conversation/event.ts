/** The record on `events.v1`: a transition as subscribers see it (reliability.md 1.8). */
export interface TransitionEvent {
  readonly workspace: string;
  readonly topology: number;
  readonly seq: number;
  /** 32 hex, deterministic: the same record has the same id in every replay. */
  readonly eventId: string;
  readonly op: 'add' | 'retract';
  readonly reason: string | null;
  readonly conversation: string;
  readonly number: number | null;
  readonly kind: string;
  readonly at: number;
  readonly atMin: number | null;
  readonly dimensions: Readonly<Record<string, string>>;
}
