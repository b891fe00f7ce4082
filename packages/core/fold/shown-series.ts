/** The series of a workspace that ever had a value, those that are shown, and those to be read anew. */
import { UNALLOCATED } from '../cost/allocation.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import { CATALOGUE, type MetricDefinition, metricDefinition } from '../metrics/catalogue.ts';
import { partsOf } from '../metrics/cell-names.ts';
import { crossName } from '../metrics/crosses.ts';
import { OTHER } from '../metrics/dimensions.ts';
import type { Absence } from '../metrics/lacks.ts';
import { isOfPerson, PERSON } from '../metrics/privacy.ts';
import { keptCrosses, keptDimensions, nobodysRow } from '../metrics/rows.ts';
import type { Score } from '../metrics/scores.ts';
import { parseSeriesKey, rowsName, seriesKey } from '../metrics/value.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { isPair, PairRows } from './pair-rows.ts';
import { parentsOf } from './parents.ts';
import { type Flip, RowGroup } from './row-groups.ts';
import { ScoreRows } from './score-rows.ts';
import { newTags } from './seen-tags.ts';
import type { ToldRows } from './told-rows.ts';

const isMoney = ({ per }: MetricDefinition): boolean => per !== undefined;
const MONEY: readonly MetricDefinition[] = CATALOGUE.filter(isMoney);
/** By what money is told per: which. */
const PER: ReadonlyMap<string, readonly string[]> = new Map(
  CATALOGUE.map(({ id }) => [
    id,
    MONEY.filter(({ per, of }) => per === id || of === id).map((metric) => metric.id),
  ]),
);

/** Of what is divided among classes: `metric{dimension`. An hour of the week is no part of the others. */
const CLASSES: ReadonlyMap<string, string> = new Map(
  CATALOGUE.filter(({ form, hoursOf }) => form === 'DIST' && hoursOf === undefined).map(
    ({ id, classes }) => [id, `${id}{${classes}`],
  ),
);
const perOf = (id: string): readonly string[] => PER.get(id) ?? [];
const DIVISORS: readonly string[] = [...PER.keys()].filter((id) => perOf(id).length > 0);

const NO_ROWS: ReadonlySet<string> = new Set();

export interface ShownSeriesDeps {
  readonly config: () => WorkspaceConfig | null;
  /** A row is new, is hidden, or is no longer. */
  readonly rowChanged: (row: string) => void;
  /** Anything was ever spent: until then no row of money has anything to tell. */
  readonly hasCosts: () => boolean;
  readonly windows: () => WindowsState;
  /** Of each member of a team, which. */
  readonly teamOf: () => ReadonlyMap<string, string>;
}

export class ShownSeries implements ToldRows {
  /** Rows that ever had a value, hidden ones too. */
  readonly rows: Set<string> = new Set();
  readonly #deps: ShownSeriesDeps;
  readonly #dirty: Set<string> = new Set();
  /** All money was marked, and nothing was taken since. */
  #isMoneyDirty = false;
  readonly #groups: Map<string, RowGroup> = new Map();
  /** In which rows a contribution to a known row counts. */
  readonly #places: Map<string, readonly string[]> = new Map();
  readonly #scores: ScoreRows = new ScoreRows(this);

  readonly pairs: PairRows;

  constructor(deps: ShownSeriesDeps) {
    this.#deps = deps;
    this.pairs = new PairRows({
      ...deps,
      rows: this.rows,
      touch: (row) => void this.#dirty.add(row),
    });
  }

  /** The row itself, and `__other__` for one that is not shown. */
  placesOf(row: string): readonly string[] {
    return this.#places.get(row) ?? this.#see(row);
  }

  /** The same for a row that may never have had a value, and changes nothing. */
  wouldStandIn(row: string): readonly string[] {
    const group = this.#groups.get(rowsName(row) ?? '');
    return this.#places.get(row) ?? [group?.isFull ? group.other : row];
  }

  #see(row: string): readonly string[] {
    const group = this.#groupOf(row);
    const isValue = group?.holds(row) === true;
    if (isValue && group.isFull) return this.placesOf(group.other);
    this.restoreRow(row, isValue && !group.hasRoom);
    this.#deps.rowChanged(row);
    this.touch(row);
    if (this.isHidden(row)) this.placesOf(group!.other);
    this.#seePer(row);
    this.#scores.see(row);
    return this.#places.get(row)!;
  }

  restoreRow(row: string, hidden: boolean): void {
    if (isPair(row)) {
      this.pairs.restore(row, hidden);
      return;
    }
    const group = this.#groupOf(row);
    this.rows.add(row);
    if (group?.holds(row)) group.add(row, hidden);
    this.#place(row, group);
  }

  #place(row: string, group: RowGroup | null): void {
    this.#places.set(row, group?.hidden.has(row) ? [row, group.other] : [row]);
  }

  /** null: a total. */
  #groupOf(row: string): RowGroup | null {
    const name = rowsName(row);
    if (name === null) return null;
    const known = this.#groups.get(name);
    if (known) return known;
    const { id, dims } = parseSeriesKey(row)!;
    const group = new RowGroup(metricDefinition(id)!, Object.keys(dims) as Dimension[]);
    group.isKept = this.#isKept(group);
    this.#groups.set(name, group);
    return group;
  }

  #isKept({ metric, dimensions }: RowGroup): boolean {
    const by = this.#deps.config()?.by;
    const [dimension, ...more] = dimensions;
    if (more.length > 0) return keptCrosses(metric, by).includes(crossName(dimensions));
    return keptDimensions(metric, by).includes(dimension!);
  }

  configured(): void {
    for (const group of this.#groups.values()) group.isKept = this.#isKept(group);
    this.#scores.configured(this.#deps.config()?.by);
  }

  /** Teams of the roster, whatever they work on. */
  seeTeams(teams: Iterable<string>): void {
    this.#scores.seeTeams(teams);
    this.#scores.touchAll();
  }

  /** Scores of single rows, as far as they hold. */
  get knownScores(): Map<string, Score> {
    return this.#scores.known;
  }

  /** A day is over: what is scored may be another, whatever counts. */
  touchScores(): void {
    this.#scores.touchAll();
  }

  /** Some values are not shown: who they are is looked at each whole hour of log time. */
  get isCapped(): boolean {
    for (const { hidden } of this.#groups.values()) if (hidden.size > 0) return true;
    return this.pairs.isCapped;
  }

  /** Shows those that counted most. */
  rank(n: (row: string) => number): Flip[] {
    const flips = [...this.#groups.values()].flatMap((group) => group.rank(n));
    for (const { row, other } of flips) {
      this.#place(row, this.#groupOf(row));
      this.#deps.rowChanged(row);
      this.#dirty.add(row).add(other);
      this.#touchWithheld(other);
    }
    return flips;
  }

  /** Why a row has no value of its own; null: it has one. */
  reasonOf(row: string): Absence {
    if (isPair(row)) return this.pairs.reasonOf(row);
    const group = this.#groupOf(row);
    if (!group) return this.#scores.isUntold(row) ? 'not_declared' : null;
    if (!group.isKept && row !== nobodysRow(group.metric)) return 'not_declared';
    return group.hidden.has(row) ? 'in_other' : null;
  }

  /** Rows that are published. */
  *rowsShown(id: string, dimension: Dimension): Generator<string> {
    const group = this.#groups.get(`${id}{${dimension}`);
    if (!group) return;
    yield* group.shown;
    if (this.rows.has(group.other)) yield group.other;
  }

  /** Marks a series and every parent that is computed from it. */
  touch(row: string): void {
    this.#scores.touched(row);
    if (this.#dirty.has(row) || this.isHidden(row)) return;
    this.#dirty.add(row);
    for (const parent of parentsOf(this.#deps.config()).get(row) ?? []) this.touch(parent);
    this.#touchPer(row);
    this.#touchClasses(row);
    this.#touchWithheld(row);
  }

  /** Which rows of people are withheld is a matter of all of them. */
  #touchWithheld(row: string): void {
    if (!isOfPerson(row)) return;
    const metric = metricDefinition(partsOf(row)[0])!;
    if (metric.privateBelow === undefined) return;
    for (const one of this.rowsShown(metric.id, PERSON)) this.#dirty.add(one);
  }

  /** A class is a share of the whole: with that each is another. */
  #touchClasses(whole: string): void {
    const group = this.#groups.get(CLASSES.get(whole) ?? '');
    if (!group) return;
    for (const row of group.metric.novel ? this.#newIn(group) : group.shown) this.touch(row);
    if (this.rows.has(group.other)) this.touch(group.other);
  }

  /** The others have no value, whatever the whole is. */
  *#newIn({ metric, dimensions: [dimension], rows }: RowGroup): Generator<string> {
    for (const tag of newTags(this.#deps.windows())) {
      const row = seriesKey(metric.id, { [dimension!]: tag });
      if (rows.has(row)) yield row;
    }
  }

  /** Money that is told per what counts in a row, in the row of the same value. */
  #touchPer(row: string): void {
    const [id, values] = partsOf(row);
    for (const per of perOf(id)) {
      const money = `${per}${values}`;
      if (values === '' || this.rows.has(money)) this.touch(money);
    }
  }

  /** Rows by a dimension, shown or not; or those of them alone that are not shown. `__other__` is none of them. */
  rowsBy(id: string, dimension: Dimension, isHiddenOnly = false): ReadonlySet<string> {
    const group = this.#groups.get(`${id}{${dimension}`);
    return (isHiddenOnly ? group?.hidden : group?.rows) ?? NO_ROWS;
  }

  /** Values of a dimension that have a row of their own. */
  *valuesShown(id: string, dimension: Dimension): Generator<string> {
    const group = this.#groups.get(`${id}{${dimension}`);
    if (!group) return;
    for (const row of [...group.rows, group.unallocated]) {
      if (this.rows.has(row) && !group.hidden.has(row)) {
        yield parseSeriesKey(row)!.dims[dimension]!;
      }
    }
  }

  /** A pane is over: what is read up to its edge, if anything of it was ever counted or spent. */
  passEdge(): void {
    if (this.#deps.hasCosts() || DIVISORS.some((id) => this.rows.has(id))) this.touchMoney();
  }

  /** Work of a span that is over weighs otherwise: with costs, each value may cost another amount. */
  touchCosts(): void {
    if (this.#deps.hasCosts()) this.touchMoney();
  }

  /** Everything that is read up to the last edge of a pane. */
  touchMoney(): void {
    if (this.#isMoneyDirty) return;
    this.#isMoneyDirty = true;
    for (const { id } of MONEY) this.touch(id);
    for (const { isKept, metric, rows, other, unallocated } of this.#groups.values()) {
      if (!isKept || !isMoney(metric)) continue;
      for (const row of rows) this.touch(row);
      for (const row of [other, unallocated]) if (this.rows.has(row)) this.touch(row);
    }
  }

  /** A value that money falls to, or may: it has a row in each that is told by its dimension. */
  seeMoney(dimension: Dimension, value: string): void {
    for (const metric of MONEY) {
      if (metric.form === 'MONEY' && !this.#deps.hasCosts()) continue;
      if (!keptDimensions(metric, this.#deps.config()?.by).includes(dimension)) continue;
      // Time is always somebody's.
      if (value === UNALLOCATED && metric.form !== 'MONEY') continue;
      this.placesOf(seriesKey(metric.id, { [dimension]: value }));
    }
  }

  /** A row that money is told per is one of money, whatever it cost. */
  #seePer(row: string): void {
    const { id, dims } = parseSeriesKey(row)!;
    const [dimension, ...more] = Object.keys(dims);
    if (!dimension || more.length > 0 || perOf(id).length === 0 || dims[dimension] === OTHER)
      return;
    this.seeMoney(dimension as Dimension, dims[dimension]!);
  }

  /** Money is told by other rows than before. */
  seeDivisors(): void {
    for (const row of [...this.rows]) this.#seePer(row);
  }

  touchAll(): void {
    this.#scores.known.clear();
    for (const key of this.keys()) this.#dirty.add(key);
  }

  /** Only with a new configuration: a tree that is told anew sends every screen a whole snapshot. */
  touchTree(): void {
    this.#dirty.add('tree');
  }

  /** Every series that is published. */
  *keys(): Generator<string> {
    const totals = CATALOGUE.map((metric) => metric.id);
    for (const key of new Set([...totals, ...this.rows])) {
      if (!this.isHidden(key)) yield key;
    }
  }

  isHidden(row: string): boolean {
    return this.#places.get(row)?.length === 2 || this.pairs.isHidden(row);
  }

  take(): string[] {
    const keys = [...this.#dirty];
    this.#dirty.clear();
    this.#isMoneyDirty = false;
    this.#scores.taken();
    return keys;
  }
}
