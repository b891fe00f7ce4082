/** What reading values needs of a workspace, and what is read of one window before it is a cell. */
import type { SlaKind } from '../directory/config.ts';
import type { CostCategory } from '../facts/fact.ts';
import type { PeakRead, PeakSpan } from '../panes/peak-hours.ts';
import type { WaitIndex } from '../panes/wait-index.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { Money, Row } from './money.ts';
import type { PairCells } from './read-specialisation.ts';
import type { Score } from './scores.ts';
import type { Cell, Censored, Clock, WindowCode } from './value.ts';
import type { WindowsState } from './windows-state.ts';

/** What reading needs of a workspace. */
export interface ReadContext {
  readonly T: number;
  /** Since when all is counted in the series: a window that reaches before it is filling. */
  readonly since: number;
  readonly windows: WindowsState;
  readonly money: Money;
  /** Categories that the workspace has planned to tell of. */
  readonly costPlan: readonly CostCategory[];
  readonly noMessages: boolean;
  /** No scale of ratings is declared. */
  readonly noScale: boolean;
  /** Which custom fields are declared: those tracked at a close, those required at a handover by an AI. */
  readonly fields: ReadonlySet<NonNullable<MetricDefinition['needsFields']>>;
  /** Something was hinted more than 60 s ago and is still unread. */
  readonly unread: boolean;
  /** Conversations whose start rests on an unread thread, by row. */
  readonly provisionalStarts: boolean;
  /** A schedule is declared: durations are told in open hours too. */
  readonly hasHours: boolean;
  /** Kinds of targets that are declared. */
  readonly slaKinds: ReadonlySet<SlaKind>;
  /** In this row, since an instant. */
  readonly censored: (from: number, clock: Clock) => Censored;
  /** What a count or a share comes to at this hour of the week; null: nobody knows. */
  readonly usual: (code: WindowCode) => number | null;
  /** How much comes in this hour of the week, or in any. */
  readonly peak: () => PeakRead & PeakSpan;
  /** How many open conversations each agent has, ascending; of a team, or of all. */
  readonly loads: (team: string | null) => readonly number[];
  /** Nobody on the roster is known. */
  readonly noRoster: boolean;
  /** Who is owed a reply now in a row. */
  readonly waitsIn: (row: string) => ReturnType<WaitIndex['read']>;
  /** How many count now in a row. */
  readonly gaugeIn: (row: string) => number;
  /** Of what customers say of people, in this row: it is that of too few of them. */
  readonly withheld: (code: WindowCode) => Readonly<Record<'now' | 'before', boolean>>;
  /** Of what is scored, in this row. */
  readonly score: (code: WindowCode) => Score;
  /** What is told only where it is switched on, and is. */
  readonly switches: ReadonlySet<NonNullable<MetricDefinition['needsSwitch']>>;
  /** Of an agent on a topic: what is counted there, and what of the whole team. */
  readonly pair: () => PairCells | null;
  /** Which row by one dimension it is; null: the total, or a row by several. */
  readonly row: Row | null;
}

/** What is read of one window. */
export type Reading = Pick<
  Cell,
  | 'value'
  | 'num'
  | 'den'
  | 'n'
  | 'mean'
  | 'p50'
  | 'p90'
  | 'max'
  | 'zeroPpm'
  | 'low'
  | 'high'
  | 'vsPrev'
  | 'vsHow'
  | 'settled'
> & { readonly to: number; readonly reasons: readonly string[]; readonly provisionalPpm: number };

export const BLANK: Reading = {
  to: 0,
  value: null,
  num: null,
  den: null,
  n: 0,
  mean: null,
  p50: null,
  p90: null,
  max: null,
  zeroPpm: null,
  low: null,
  high: null,
  vsPrev: null,
  vsHow: null,
  settled: null,
  reasons: [],
  provisionalPpm: 0,
};
