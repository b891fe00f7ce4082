/** The fold's series against the oracle's, cell by cell. */
import { metricDefinition } from '@sapwood/core/catalogue';
import type { Cell, Censored, Clock, Form, Series, WindowCode } from '@sapwood/core/metrics';
import { CLOCKS, parseSeriesKey, WINDOW_CODES } from '@sapwood/core/metrics';
import type { OracleCell, OracleSeries } from '@sapwood/oracle';
import { compareUnknown } from './compare-unknown.ts';
import { compareWithheld, isOfPeople, type Parted } from './compare-withheld.ts';
import { isOther, withOthers } from './others.ts';

export interface Difference {
  readonly workspace: string;
  readonly at: number;
  readonly key: string;
  /** Window and field, or what else differs. */
  readonly what: string;
  readonly fold: unknown;
  readonly oracle: unknown;
}

type Field = keyof OracleCell & keyof Cell;

const FIELDS: Readonly<Record<Form, readonly Field[]>> = {
  COUNT: ['from', 'to', 'value', 'n', 'vsPrev', 'vsHow'],
  RATIO: ['from', 'to', 'value', 'num', 'den', 'n', 'vsPrev', 'vsHow'],
  DUR: ['from', 'to', 'value', 'n', 'mean', 'p50', 'p90', 'max', 'vsPrev', 'zeroPpm'],
  COHORT: ['from', 'to', 'value', 'num', 'den', 'n', 'vsPrev', 'provisionalPpm'],
  GAUGE: ['value'],
  DIST: ['from', 'to', 'value', 'num', 'den', 'n', 'vsPrev'],
  MONEY: ['from', 'to', 'value', 'num', 'den', 'vsPrev', 'provisionalPpm'],
};

/** Of what is told together only that which adds up. */
const OTHER_FIELDS: Readonly<Record<Form, readonly Field[]>> = {
  ...FIELDS,
  // A median of all is no sum of medians.
  COUNT: ['from', 'to', 'value', 'n', 'vsPrev'],
  COHORT: ['from', 'to', 'value', 'num', 'den', 'n'],
  // Their quotient is another thing for each metric.
  MONEY: ['from', 'to', 'num', 'den'],
  RATIO: ['from', 'to', 'value', 'num', 'den', 'n'],
  DUR: ['from', 'to', 'n', 'max'],
  // Of the same whole.
  DIST: ['from', 'to', 'num'],
};

/** Of a score, and of what accounts in the middle take, there is no mean, no longest and no part. */
const VALUE_ALONE: readonly Field[] = ['from', 'to', 'value', 'n', 'vsPrev'];
const OF_VALUE_ALONE: readonly string[] = [
  ...['account-response-time', 'account-health-score', 'agent-productivity-index'],
  ...['knowledge-gap-score', 'agent-specialisation'],
];
/** Metrics of which nothing is told of several values together that follows from what is told of each. */
const NO_SUM: readonly string[] = [...OF_VALUE_ALONE, 'csat-gap-ai', 'tag-novelty'];

type Told = (OracleCell | Cell) & { readonly settled?: { readonly n: number } | null };

/** A class that nothing is in is none, however much there is in the whole. */
const countOf = ({ n, num }: Told, key: string): number =>
  formOf(key) === 'DIST' && key.includes('{') ? (num ?? 0) : n;

const isEmpty = (cell: Told | undefined, key: string): boolean =>
  !cell ||
  (countOf(cell, key) === 0 &&
    (cell.value ?? 0) === 0 &&
    (cell.vsPrev ?? 0) === 0 &&
    (cell.vsHow ?? 0) === 0 &&
    (cell.censored?.n ?? 0) === 0 &&
    (cell.settled?.n ?? 0) === 0);

/** Of a class of which nothing is there it is no matter how large the whole is. */
const isPartless = (cell: Told | undefined): boolean =>
  !cell || ((cell.num ?? 0) === 0 && (cell.vsPrev ?? 0) === 0);

const WINDOWS_AND_CLOCKS = CLOCKS.flatMap((clock) =>
  WINDOW_CODES.map((window) => ({ window, clock })),
);
const nameOf = (window: WindowCode, clock: Clock): string =>
  clock === 'wall' ? window : `${window} ${clock}`;

export interface Comparison {
  /** Cells in which either side has something. */
  cells: number;
  readonly differences: Difference[];
}

export interface Place {
  readonly workspace: string;
  readonly at: number;
}

/**
 * Adds to `found`; a key that one side lacks is empty there. What the catalogue does not say that the
 * fold computes is not compared, unless the fold tells it nevertheless.
 */
export function compareSeries(
  fold: ReadonlyMap<string, Series>,
  oracle: ReadonlyMap<string, OracleSeries>,
  place: Place,
  found: Comparison,
): void {
  const truths = withOthers(fold, oracle);
  for (const key of new Set([...fold.keys(), ...truths.keys()])) {
    const ours = fold.get(key);
    const truth = truths.get(key);
    if (!ours && !isComputed(key)) continue;
    compareWaiting(key, ours, truth, place, found);
    compareOfSeries(key, ours, truth, place, found);
    for (const { window, clock } of WINDOWS_AND_CLOCKS) {
      const isIt = (c: Cell | OracleCell): boolean => c.window === window && c.clock === clock;
      const cell = ours?.cells.find(isIt);
      const other = truth?.cells.find(isIt);
      // Of several people together nothing follows from what is told of each.
      if (isOther(key) && isOfPeople(key)) continue;
      const name = nameOf(window, clock);
      const tell = ({ what, ...values }: Parted): unknown =>
        found.differences.push({ ...place, key, what: `${name} ${what}`, ...values });
      const untold = other?.isLate
        ? null
        : (compareWithheld(cell, other, key) ??
          (isOther(key) ? null : compareUnknown(cell, other)));
      if (untold) {
        found.cells += 1;
        untold.forEach(tell);
        continue;
      }
      const isNone = truth?.isClass ? isPartless : isEmpty;
      if (isNone(cell, key) && isNone(other, key)) continue;
      found.cells += 1;
      if (other?.isLate) {
        compareLate(`${window} state`, key, cell, place, found);
        continue;
      }
      for (const field of fieldsOf(key)) {
        // A series that a side does not hold is empty, wherever its window would begin.
        if ((field === 'from' || field === 'to') && !(cell && other)) continue;
        // Without any cost neither side has a value, nor parts.
        if ((field === 'num' || field === 'den') && isUnknownCost(key, cell, other)) continue;
        const a = cell?.[field] ?? null;
        const b = other?.[field] ?? null;
        if (a === b || (!(cell && other) && !a && !b)) continue;
        tell({ what: field, fold: a, oracle: b });
      }
      for (const compare of BESIDE) compare(cell, other, key).forEach(tell);
    }
  }
}

/** The catalogue has the metric, and rows of these dimensions. */
function isComputed(key: string): boolean {
  const { id, dims } = parseSeriesKey(key)!;
  const told: readonly string[] | undefined = metricDefinition(id)?.dims;
  return told !== undefined && Object.keys(dims).every((dimension) => told.includes(dimension));
}

/** The fold cannot know the value: it has to say so, if it tells of the row at all. */
function compareLate(
  what: string,
  key: string,
  cell: Cell | undefined,
  place: Place,
  found: Comparison,
): void {
  if (!cell || cell.state === 'unknown' || cell.reasons.includes('window_filling')) return;
  found.differences.push({ ...place, key, what, fold: cell.state, oracle: 'partial' });
}

/** What is told beside the numbers of a cell: where it differs. */
type Compare = (
  cell: Cell | undefined,
  other: OracleCell | undefined,
  key: string,
) => readonly Parted[];

const ALIKE: readonly Parted[] = [];

/** With those who still wait; where nobody was owed a reply there is nothing to tell. */
const compareCensored: Compare = (cell, other) => {
  const textOf = (one: Censored | null | undefined): string =>
    one ? [one.n, one.p50, one.p90, one.p50AtLeast, one.p90AtLeast].join() : NOBODY;
  const [fold, oracle] = [textOf(cell?.censored), textOf(other?.censored)];
  return fold === oracle ? ALIKE : [{ what: 'censored', fold, oracle }];
};

const NOBODY = [0, null, null, false, false].join();

const GAP = /^(no_cost|no_rate|wages_only|missing_.*)$/;

/** What both say is missing of a cost. */
const compareGaps: Compare = (cell, other) => {
  if (!cell || !other?.gaps) return ALIKE;
  const fold = cell.reasons.filter((reason) => GAP.test(reason)).sort();
  const oracle = [...other.gaps].sort();
  return fold.join() === oracle.join() ? ALIKE : [{ what: 'gaps', fold, oracle }];
};

/** What is all known by now; of a time before the workspace nobody needs to tell. */
const compareSettled: Compare = (cell, other, key) => {
  const truth = other?.settled;
  if (!truth || !cell || isOther(key) || (truth.isYoung && !cell.settled)) return ALIKE;
  return (['value', 'num', 'den', 'n'] as const).flatMap((field) => {
    const [fold, oracle] = [cell.settled?.[field] ?? null, truth[field]];
    return fold === oracle ? [] : [{ what: `settled ${field}`, fold, oracle }];
  });
};

/** The least and the most that it may turn out to be, in place of an interval. */
const compareBand: Compare = (cell, other, key) => {
  const band = other?.band;
  if (!cell || !band || isOther(key)) return ALIKE;
  return (['low', 'high'] as const).flatMap((end) => {
    const [fold, oracle] = [cell[end], band[end]];
    return fold === oracle ? [] : [{ what: `band ${end}`, fold, oracle }];
  });
};

const BESIDE: readonly Compare[] = [compareCensored, compareGaps, compareSettled, compareBand];

function isUnknownCost(key: string, cell?: Cell, other?: OracleCell): boolean {
  const isMoney = fieldsOf(key) === FIELDS.MONEY;
  return isMoney && (cell?.num ?? null) === null && (other?.num ?? null) === null;
}

const idOf = (key: string): string => (key.includes('{') ? key.slice(0, key.indexOf('{')) : key);
const metricOf = (key: string) => metricDefinition(idOf(key));
const formOf = (key: string): Form => metricOf(key)?.form ?? 'COUNT';

function fieldsOf(key: string): readonly Field[] {
  const id = idOf(key);
  const form = formOf(key);
  if (!isOther(key)) return OF_VALUE_ALONE.includes(id) ? VALUE_ALONE : FIELDS[form];
  if (NO_SUM.includes(id)) return [];
  const metric = metricOf(key);
  // How something is spread over several is not the sum of how it is over each.
  const isSpread = typeof metric?.gauge === 'object' && 'spread' in metric.gauge;
  return isSpread ? [] : OTHER_FIELDS[form];
}

function compareWaiting(
  key: string,
  ours: Series | undefined,
  truth: OracleSeries | undefined,
  place: Place,
  found: Comparison,
): void {
  const a = ours?.waiting ?? { count: 0, oldestSince: null };
  const b = truth?.waiting ?? { count: 0, oldestSince: null };
  if (a.count === 0 && b.count === 0) return;
  found.cells += 1;
  if (a.count === b.count && a.oldestSince === b.oldestSince) return;
  found.differences.push({ ...place, key, what: 'waiting', fold: a, oracle: b });
}

type OfSeries = Pick<Series, 'top' | 'firstDueAt'> | OracleSeries | undefined;

/** Who has waited longest, by name, and when the first running target is due, where the oracle tells it. */
const OF_SERIES: Readonly<Record<string, (told: OfSeries) => string | number | null>> = {
  top: (told) =>
    (told?.top ?? []).map(({ conversation, since }) => `${conversation} ${since}`).join(),
  'first due': (told) => told?.firstDueAt ?? null,
};

function compareOfSeries(
  key: string,
  ours: Series | undefined,
  truth: OracleSeries | undefined,
  place: Place,
  found: Comparison,
): void {
  for (const [what, of] of Object.entries(OF_SERIES)) {
    const [fold, oracle] = [of(ours), of(truth)];
    if (fold !== oracle) found.differences.push({ ...place, key, what, fold, oracle });
  }
}
