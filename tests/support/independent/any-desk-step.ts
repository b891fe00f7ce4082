/** What may happen at a desk, step by step. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { AuthorKind, BreachAt, ClosedBy, CostEntry } from '@sapwood/core/facts';

export const EVENTS = ['message', 'note', 'state', 'close', 'agent', 'team'] as const;
export const RARE = ['edit', 'vanish', 'spam', 'group', 'gone', 'cost', 'tick', 'touch'] as const;

/** What any step of any-desk-families.ts may do beside those. */
type Label = 'tag' | 'field' | 'external' | 'rate' | 'aiResolved' | 'rank' | 'slug';
export const STATES = [
  'new',
  'waiting_on_you',
  'waiting_on_customer',
  'on_hold',
  'closed',
] as const;

/** What a step does beside its own; undefined: leaves as it is. */
export interface Detail {
  readonly account?: string | null | undefined;
  readonly priority?: string | null | undefined;
  readonly category?: string | null | undefined;
  /** All but the spam tag, which is a step of its own. */
  readonly tags?: readonly string[] | null | undefined;
  /** After so long, or when the next step comes, all of that is taken back; undefined: it stays. */
  readonly briefMs?: number | undefined;
  /** A member of `DECLARATIONS` that is put in force before the step. */
  readonly declares?: number | undefined;
}

export interface DeskStep {
  readonly gapMs: number;
  readonly id: string;
  readonly what:
    | (typeof EVENTS)[number]
    | (typeof RARE)[number]
    | ('snooze' | 'declare' | 'account' | 'priority' | 'tier' | 'breach' | 'graft' | 'word')
    | Label;
  readonly author: AuthorKind;
  readonly agent: string | null;
  readonly team: string | null;
  readonly state: (typeof STATES)[number];
  readonly channel: string | null;
  /** How it becomes known: a read at once or of the issue alone, a body, a read later, an import, not at all. */
  readonly seen: 'read' | 'look' | 'body' | 'body+read' | 'import' | 'late' | 'unseen';
  readonly lateMs: number;
  /** How far the clock that stamps its message is ahead of the log's. */
  readonly aheadMs: number;
  readonly twice: boolean;
  readonly amount: number;
  /** State that a message brings with it. */
  readonly brings?: (typeof STATES)[number];
  /** How far `latestMessageAt` is ahead of the message; null: it stays empty. */
  readonly latestMs?: number | null;
  /** How long a `snooze` is to last; null: it is ended by hand. */
  readonly snoozeMs?: number | null;
  /** What it does beside that. */
  readonly detail?: Detail;
  /** A member of `CALENDARS` that is declared before it; of the first step, from the start. */
  readonly livesBy?: number | undefined;
  /** The tag, field, id, priority or slug that comes or, if it is there, goes; null: all go. */
  readonly word?: string | null;
  readonly scores?: readonly number[] | null;
  readonly isAiResolved?: boolean | null;
  /** What a `declare` says of the workspace from then on, in place of what was said before. */
  readonly declares?: Declared;
  readonly account?: string | null;
  readonly priority?: string | null;
  /** A `tier` is that of `account`. */
  readonly tier?: string | null;
  /** In how long each clock breaches by Pylon's word; null: it says that it does not run. */
  readonly breachInMs?: BreachAt;
  /** Who wrote the issue; null: nobody knows. */
  readonly contact?: string | null;
  /** Of a `cost`: what it is in place of what the step says anyway, and how long it accrues. */
  readonly cost?: Partial<CostEntry> & { readonly lastsMs?: number };
  /** Of a `word`: what somebody, or the source, says beside the desk. */
  readonly says?: Word;
}

/** Of any-desk-corrections.ts; `backMs` ago. */
export type Word =
  | { readonly kind: 'retract'; readonly isMessage?: boolean }
  | { readonly kind: 'merge'; readonly into: string }
  | { readonly kind: 'closed_by'; readonly closedBy: ClosedBy; readonly backMs: number }
  | {
      readonly kind: 'author_kind';
      readonly author: string;
      readonly is: 'customer' | 'human' | 'bot';
    }
  /** One of those before it, from the newest. */
  | { readonly kind: 'supersede'; readonly nth: number }
  | {
      readonly kind: 'evidence';
      readonly closedBy: ClosedBy;
      readonly basis: 'audited' | 'declared';
      readonly backMs: number;
    };

/** Of a workspace, beside what a desk is anyway. */
export type Declared = Partial<WorkspaceConfig>;
export type Promises = NonNullable<WorkspaceConfig['sla']>;

export type DeclaredRows = Readonly<Record<string, readonly string[]>>;
