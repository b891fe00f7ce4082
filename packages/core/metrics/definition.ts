/**
 * What a computed metric is (design D12): the fold, the docs, the API and the tooltips read it. A change of
 * meaning is a new version.
 */
import type { Amount, HandledBy, TransitionKind } from '../conversation/transition.ts';
import type { SlaKind } from '../directory/config.ts';
import { DAY_MS } from '../time/instant.ts';
import type { Dimension } from '../tree/dimensions.ts';
import type { MetricSheet } from './sheet.ts';
import type { Form, Unit, WindowCode } from './value.ts';

/**
 * What one transition of a kind adds to the metric's cell: a fixed count, or a duration that it ends;
 * one that ended none adds nothing. Or a count where those have spoken in its conversation by now, or where an amount
 * is known. `fields`:
 * for each declared field 1 if it was filled, 0 if it was not.
 */
export type Adds = Readonly<
  Partial<Record<TransitionKind, number | 'ms' | 'fields' | Amount | IfHandled | IfKnown>>
>;
interface IfHandled {
  readonly value: number;
  readonly handledBy: readonly HandledBy[];
}
interface IfKnown {
  readonly value: number;
  readonly known: Amount;
}

/** How evenly what is open lies on agents. */
export type Spread = 'imbalance' | 'gini';
export interface Cohort {
  /** The settled window lies so many days back. */
  readonly days: number;
  /** Of conversations by chat. */
  readonly chatDays?: number;
  /** What counts even if all that is undecided goes the other way: its share is the low end. */
  readonly atLeast?: Amount;
}

/** How long after its anchor an outcome is open, ms. */
export const openFor = ({ days, chatDays = days }: Cohort, channel: string): number =>
  (channel === 'chat' ? chatDays : days) * DAY_MS;

/** A score that is read from rows of other metrics (metrics.md 3.4). */
export interface Composite {
  readonly kind: 'health' | 'index' | 'gap';
  /** Each value of this is scored; every other row tells of those that stand in it. */
  readonly each: Dimension;
  /** The metrics whose rows of that value it is read from; its own rank by the first. */
  readonly of: readonly string[];
  /** A row by this tells of each by what stands in that row alone. */
  readonly within?: Dimension;
}

/** A sheet, and what it is computed from. */
export interface MetricDefinition extends MetricSheet {
  readonly form: Form;
  readonly unit: Unit;
  readonly windows: readonly WindowCode[];
  /** COUNT and DUR: what feeds the cell. RATIO, COHORT: 1 for what counts, 0 for what is only counted among; DIST: likewise of the whole. */
  readonly adds?: Adds;
  /** RATIO, in place of `adds`: distinct conversations with a transition of `num` among those with one of `den`. */
  readonly distinct?: {
    readonly num: readonly TransitionKind[];
    readonly den: readonly TransitionKind[];
  };
  /**
   * RATIO: distinct customers who opened anything in the window. Of them those with an opening of which this
   * is 1, in place of `adds`; or `all` that `adds` counts, per customer.
   */
  readonly customers?: Extract<Amount, 'repeated' | 'repeatedAny'> | 'all';
  /** RATIO: what counts is none of what it is counted among; there may be more of it. */
  readonly isFlow?: true;
  /** What it is told by, declared or not; DIST: each value is a class, a share of the whole. */
  readonly classes?: Dimension;
  /**
   * DIST: how much another metric counts in each hour of the week on the wall, on average over 8 weeks; the
   * hours are its classes, and no parts of one whole.
   */
  readonly hoursOf?: string;
  /** RATIO: whoever is owed a first reply now that was promised by now is counted among it too, as none in time. */
  readonly amongLate?: true;
  /** RATIO: the share among what an AI handled alone, less that among what a person had a part in. */
  readonly ofAiLessHuman?: true;
  /** COHORT: what stands at an anchor is open for so long after it. */
  readonly cohort?: Cohort;
  /** MONEY: cost alone, or cost over the count of another metric. Read up to the last pane edge. */
  readonly per?: string | null;
  /** `per` counts ms, and the cost is told per hour of it. */
  readonly perHour?: true;
  /** What is divided by `per` in place of cost: the count of another metric. */
  readonly of?: string;
  /** RATIO: of what has a topic it counts what has the most usual tag of that. */
  readonly modal?: true;
  /** RATIO: told of no part of a whole, but scored. */
  readonly composite?: Composite;
  /** Unknown where it is not switched on (`not_switched_on`). */
  readonly needsSwitch?: 'agentIndex';
  /** DIST, of tags: it counts what carries one that was first seen in the window, and a class is one of those (`not_new`). */
  readonly novel?: true;
  /** RATIO: told of each agent on each topic beside the agent's team there, once anything is declared of it. */
  readonly ofPairs?: true;
  /** Needs messages: unknown where a source has none (`no_messages`). */
  readonly needsMessages?: true;
  /**
   * GAUGE: open conversations of now, those that rest apart; how long who is owed a reply has waited; clocks of targets that run and are not
   * breached, those of them that are due soon; open conversations with a breached one; how what is open is
   * spread over agents.
   */
  readonly gauge?:
    | 'open'
    | 'held'
    | 'longest_wait'
    | 'sla_running'
    | 'sla_breached'
    | { readonly slaDueWithinMs: number }
    | { readonly spread: Spread };
  /** Whoever is on the roster is a row by assignee, though nothing lies on them. */
  readonly everyAgent?: true;
  /** Unknown where no person on the roster is known (`no_roster`). */
  readonly needsRoster?: true;
  /** Unknown where none of these custom fields is declared (`no_fields`). */
  readonly needsFields?: 'trackedFields' | 'handoverFields';
  /** Unknown where no scale of ratings is declared (`no_scale`). */
  readonly needsScale?: true;
  /** What customers say of one person: of fewer of them it is withheld in the rows by assignee (`privacy`). */
  readonly privateBelow?: number;
  /** Unknown where no target of any of these kinds is declared (`no_policy`). */
  readonly needsTarget?: readonly SlaKind[];
  /** Who is owed a reply stands beside it: the first reply, or any. */
  readonly waiting?: 'first' | 'any';
  /** DUR, of the first reply: in these windows those who still wait count too (metrics.md 3.3). */
  readonly censored?: readonly WindowCode[];
  /** DUR: time that somebody worked, not that passed: it is told in no open hours. */
  readonly isWork?: true;
  /** DUR: its value is the mean; left out: the median. */
  readonly headline?: 'mean';
  /**
   * DUR: told of accounts. In a row by account its value is that account's own; in all others that of the
   * account in the middle, of those of which so many were measured as the floor is.
   */
  readonly perAccount?: true;
}

/** A row tells of the account in the middle, unless it is of one account; among several dimensions that is the first. */
export const isOfMiddle = ({ perAccount, id }: MetricDefinition, row: string): boolean =>
  perAccount === true && !row.startsWith(`${id}{account=`);
