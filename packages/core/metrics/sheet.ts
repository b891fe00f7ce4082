/** What is known of a metric before anything computes it: the sheet that a tree file may name. */
import type { Dimension } from '../tree/dimensions.ts';
import type { Form, Unit, WindowCode } from './value.ts';

/** Forms and units of what is published, and those of metrics that are not computed yet. */
export type SheetForm = Form | 'MEAN' | 'VIEW';
export type SheetUnit = Unit | 'micro/h';

/** What a metric rests on beyond issues, messages and threads (metrics.md 3, "Needs"). */
export const NEEDS = {
  accounts: 'accounts of the customers',
  roster: 'the roster of bots, teams and managers',
  schedule: 'declared open hours',
  surveys: 'survey answers',
  presence: 'a presence feed: who is on shift, with which capacity',
  handling: 'a feed of handling times',
  sentiment: 'scored messages',
  ai: 'what the AI agent claims and hands over',
  costs: 'costs',
  revenue: 'a revenue feed',
  selfservice: 'a feed of self-service sessions',
  declared: 'declarations in sapwood.yaml',
} as const;
export type Need = keyof typeof NEEDS;

/** What is shown under one name: other metrics, each by one dimension. */
export interface View {
  readonly metrics: readonly string[];
  readonly by: Dimension;
}

export interface MetricSheet {
  readonly id: string;
  readonly version: number;
  readonly form: SheetForm;
  readonly unit: SheetUnit;
  /** -1 lower is better, +1 higher, 0 neither. */
  readonly better: -1 | 0 | 1;
  /** E exact, B dated between two looks, S estimated, P a proxy, F exact with a feed. */
  readonly grade: 'E' | 'B' | 'S' | 'P' | 'F';
  readonly additive: boolean;
  /** Below this n a value gets no colour, rank or alert; 0 = no floor. */
  readonly floor: number;
  /** What it is counted by; rows are kept of channel and team, and of what the tree declares. */
  readonly dims: readonly Dimension[];
  /** What it will be counted by: a tree may name these, and their rows are unknown. */
  readonly dimsLater?: readonly Dimension[];
  readonly label: string;
  /** What it means, for whoever has never seen it. */
  readonly prose: string;
  /** How it is computed, in the words of the reference definition. */
  readonly formula: string;
  /** Which section of the reference definitions it is from. */
  readonly source: string;
  /** Windows that it is told over, none of a gauge; in words where nothing computes it. */
  readonly windows: readonly WindowCode[] | string;
  /** How often a value can change. */
  readonly frequency: string;
  readonly needs: readonly Need[];
  /** Who usually answers for it. */
  readonly owner: string;
  /**
   * Names in its own formula that are no metrics, as an identity may write them; each with the metric that
   * holds it, null where none does.
   */
  readonly parts?: Readonly<Record<string, string | null>>;
  /** It has no number of its own: it shows these. */
  readonly viewOf?: View;
}

/** What a tree has to know of a metric that a node is of. */
export type NamedMetric = Pick<
  MetricSheet,
  'id' | 'form' | 'unit' | 'better' | 'dims' | 'dimsLater' | 'label' | 'parts' | 'viewOf'
>;

/** `not computed yet; it will need a presence feed: …`. */
export function wantOf({ needs }: MetricSheet): string {
  if (needs.length === 0) return 'not computed yet';
  return `not computed yet; it will need ${listOf(needs.map((need) => NEEDS[need]))}`;
}

/** `it has no number of its own; it shows a, b and c by channel`. */
export const viewText = ({ metrics, by }: View): string =>
  `it has no number of its own; it shows ${listOf(metrics)} by ${by}`;

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
