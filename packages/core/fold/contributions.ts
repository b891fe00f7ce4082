/** What a transition adds to the metrics' cells and to their distinct counts. */
import {
  type Amount,
  DURATIONS,
  type Duration,
  fieldsOf,
  type HandledBy,
  NONE,
  TRANSITION_KINDS,
  type Transition,
  type TransitionKind,
} from '../conversation/transition.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { type Adds, type MetricDefinition, openFor } from '../metrics/definition.ts';
import type { Standing } from '../metrics/dimensions.ts';
import type { RowsOf } from '../metrics/rows.ts';
import type { Mark } from '../panes/distinct.ts';
import { second } from '../time/instant.ts';

export interface Contribution {
  readonly conversation: string;
  readonly transition: Transition;
  readonly metric: MetricDefinition;
  readonly rows: readonly string[];
  readonly at: number;
  readonly value: number;
  /**
   * A second value: the same duration in open hours, where any are declared, what it adds to the low end of a
   * share, or the same of what an AI handled alone; null: it has none.
   */
  readonly beside: number | null;
  /** Log time until which its outcome may change; null: it has none that may. */
  readonly openUntil: number | null;
}

/** In which rows the transitions of a conversation count. */
export interface Told {
  readonly conversation: string;
  readonly rowsOf: RowsOf;
  readonly handledBy: HandledBy;
}

/** A contribution that comes, goes, or takes the place of one that differs in its rows alone. */
export interface Move {
  readonly metric: MetricDefinition;
  readonly from: Contribution | null;
  readonly to: Contribution | null;
}

/** Metrics that a kind of transition adds to, and what. */
const addedBy = new Map(
  TRANSITION_KINDS.map((kind) => [
    kind,
    CATALOGUE.flatMap((metric) => {
      const adds = metric.adds?.[kind];
      return adds === undefined ? [] : [{ metric, adds }];
    }),
  ]),
);

/** A return for thanks alone is told, and counts in no metric. */
export function contributionsOf(t: Transition, told: Told): Contribution[] {
  if (t.courtesy || !t.live) return [];
  return addedBy
    .get(t.kind)!
    .flatMap(({ metric, adds }) => contributionsTo({ metric, adds }, t, told));
}

interface Adding {
  readonly metric: MetricDefinition;
  readonly adds: Added;
}

/** What one that counts at all adds to one metric; none: it measured nothing. */
export function contributionsTo(adding: Adding, t: Transition, all: Told): Contribution[] {
  const { metric } = adding;
  const told = t.by ? { ...all, handledBy: t.by } : all;
  if (metric.modal && t.dims.category === NONE) return [];
  if (metric.ofAiLessHuman && told.handledBy === 'none') return [];
  if (adding.adds === 'fields') {
    return fieldsOf(t.fields ?? '').map(({ field, isFilled }) =>
      contributionOf(adding, t, told, { value: isFilled ? 1 : 0, field }),
    );
  }
  const value = amountOf(t, adding.adds, told.handledBy);
  return value === null ? [] : [contributionOf(adding, t, told, { value })];
}

function contributionOf(
  { metric, adds }: Adding,
  t: Transition,
  { conversation, rowsOf, handledBy }: Told,
  { value, ...standing }: Pick<Contribution, 'value'> & Pick<Standing, 'field'>,
): Contribution {
  const rows = rowsOf(metric, { dims: t.dims, handledBy, ...standing });
  const { cohort } = metric;
  const openUntil = cohort ? t.at + openFor(cohort, t.dims.channel) : null;
  const ofAi = handledBy === 'ai' ? value : null;
  const second = metric.ofPairs ? null : besideOf(t, adds, cohort?.atLeast);
  const beside = metric.ofAiLessHuman ? ofAi : second;
  return { conversation, transition: t, metric, rows, at: t.at, value, beside, openUntil };
}

function besideOf(t: Transition, adds: Added, atLeast: Amount | undefined): number | null {
  if (atLeast) return t.amounts?.[atLeast] ?? null;
  return isDuration(adds) ? (t.open?.[adds] ?? null) : null;
}

type Added = NonNullable<Adds[TransitionKind]>;

const isDuration = (adds: Added): adds is Duration =>
  (DURATIONS as readonly unknown[]).includes(adds);

function amountOf(t: Transition, adds: Exclude<Added, 'fields'>, by: HandledBy): number | null {
  if (typeof adds === 'number') return adds;
  if (typeof adds === 'object') {
    const counts = 'known' in adds ? adds.known in (t.amounts ?? {}) : adds.handledBy.includes(by);
    return counts ? adds.value : null;
  }
  return adds === 'ms' ? t.ms : (t.amounts?.[adds] ?? null);
}

/** Pairs what goes with what comes in its place: most changes only move a count between rows. */
export function movesOf(before: readonly Contribution[], after: readonly Contribution[]): Move[] {
  const leaving = new Map<string, Contribution[]>();
  for (const from of before) {
    const key = placeOf(from);
    const known = leaving.get(key);
    if (known) known.push(from);
    else leaving.set(key, [from]);
  }
  const moves: Move[] = after.map((to) => {
    const from = leaving.get(placeOf(to))?.shift() ?? null;
    return { metric: to.metric, from, to };
  });
  for (const left of leaving.values()) {
    for (const from of left) moves.push({ metric: from.metric, from, to: null });
  }
  return moves;
}

const placeOf = ({ metric, at, value, beside, openUntil }: Contribution): string =>
  `${metric.id}|${at}|${value}|${beside}|${openUntil}`;

/** Kinds by which distinct conversations are counted. */
const MARKING: ReadonlySet<TransitionKind> = new Set(
  CATALOGUE.flatMap(({ distinct }) => (distinct ? [...distinct.num, ...distinct.den] : [])),
);

/** The newest live one of each kind: with them a conversation counts in every window that ends now or later. */
export function newestMarks(transitions: readonly Transition[]): Transition[] {
  const newest = new Map<TransitionKind, Transition>();
  for (const t of transitions) {
    if (!t.live || !MARKING.has(t.kind)) continue;
    const known = newest.get(t.kind);
    if (!known || second(t.at) >= second(known.at)) newest.set(t.kind, t);
  }
  return [...newest.values()];
}

/** A live piece of work, flagged or not, of those that a distinct count looks at. */
export interface Marking {
  readonly transition: Transition;
  readonly flagged: boolean;
}

/** Those of one conversation in order; a flagged one before its twin of the instant. */
export function markingsOf(
  metric: MetricDefinition,
  transitions: readonly Transition[],
): Marking[] {
  const { num, den } = metric.distinct!;
  const markings: Marking[] = [];
  for (const transition of transitions) {
    if (!transition.live) continue;
    const flagged = num.includes(transition.kind);
    if (flagged || den.includes(transition.kind)) markings.push({ transition, flagged });
  }
  return markings.sort(
    (a, b) =>
      second(a.transition.at) - second(b.transition.at) || Number(b.flagged) - Number(a.flagged),
  );
}

export const marksOf = (
  metric: MetricDefinition,
  transitions: readonly Transition[],
  { rowsOf, handledBy }: Told,
): Mark[] =>
  markingsOf(metric, transitions).map(({ transition: { at, dims }, flagged }) => ({
    at,
    rows: rowsOf(metric, { dims, handledBy }),
    flagged,
  }));
