/**
 * The oracle tells every value of a dimension; the fold shows so many, and the others together (metrics.md
 * 4). What it does not show is added up here, as far as cells can be: no median comes of two medians.
 */
import { metricDefinition } from '@sapwood/core/catalogue';
import { parseSeriesKey, rowsName, type Series } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import { censoredOf, type OracleCell, type OracleSeries } from '@sapwood/oracle';

const OTHER_END = '=__other__}';
export const isOther = (key: string): boolean => key.endsWith(OTHER_END);

/** The oracle's series with those that the fold hides as one for each dimension. */
export function withOthers(
  fold: ReadonlyMap<string, Series>,
  oracle: ReadonlyMap<string, OracleSeries>,
): ReadonlyMap<string, OracleSeries> {
  const others = [...fold.keys()].filter(isOther);
  if (others.length === 0) return oracle;
  const told = new Map(oracle);
  for (const other of others) {
    const group = rowsName(other);
    const hidden = [...oracle.keys()].filter((key) => rowsName(key) === group && !fold.has(key));
    const all = hidden.map((key) => oracle.get(key)!);
    for (const key of hidden) told.delete(key);
    if (all.length > 0) told.set(other, added(other, all));
  }
  return told;
}

function added(key: string, all: readonly OracleSeries[]): OracleSeries {
  const cells = all[0]!.cells.map(({ window, clock }) => {
    const isIt = (cell: OracleCell): boolean => cell.window === window && cell.clock === clock;
    const sum = sumOf(
      key,
      all.flatMap((one) => one.cells.filter(isIt)),
    );
    return all.some(({ isClass }) => isClass) ? partOf(sum, all.length) : sum;
  });
  const waits = all.flatMap(({ waiting }) => waiting ?? []);
  const since = waits.flatMap(({ oldestSince }) => oldestSince ?? []);
  const count = waits.reduce((sum, one) => sum + one.count, 0);
  const oldestSince = since.length > 0 ? Math.min(...since) : null;
  const waiting = waits.length > 0 ? { count, oldestSince } : null;
  return { key, cells, waiting, ...topOf(all), ...firstDueOf(all) };
}

/** Several classes of one whole, whose parts were added up that often. */
function partOf(sum: OracleCell, classes: number): OracleCell {
  const den = sum.den! / classes;
  return { ...sum, den, n: den, value: den === 0 ? null : divRound(sum.num! * 1_000_000, den) };
}

/** Who has waited longest of all of them; as many as one may name. */
function topOf(all: readonly OracleSeries[]): Pick<OracleSeries, 'top'> {
  if (all.every(({ top }) => top === undefined)) return {};
  const told = all.flatMap(({ top }) => top ?? []);
  const top = told.sort((a, b) => a.since - b.since || (a.conversation < b.conversation ? -1 : 1));
  return { top: top.slice(0, TOP) };
}

const TOP = 5;

function firstDueOf(all: readonly OracleSeries[]): Pick<OracleSeries, 'firstDueAt'> {
  const dues = all.flatMap(({ firstDueAt }) => firstDueAt ?? []);
  return dues.length === 0 ? {} : { firstDueAt: Math.min(...dues) };
}

/** What a share is told in; an age is not added up, but the longest of them. */
function unitOf(key: string): { readonly per: number; readonly isAge: boolean } {
  const definition = metricDefinition(parseSeriesKey(key)?.id ?? key);
  const unit: string | undefined = definition?.unit;
  return {
    per: unit === 'milli' ? 1_000 : 1_000_000,
    isAge: unit === 'ms' && definition?.form === 'GAUGE',
  };
}

function sumOf(key: string, cells: readonly OracleCell[]): OracleCell {
  const { per, isAge } = unitOf(key);
  const total = (name: 'value' | 'num' | 'den' | 'n' | 'vsPrev'): number =>
    cells.reduce((sum, cell) => sum + (cell[name] ?? 0), 0);
  const isShare = cells.some(({ den }) => den !== null);
  const [num, den] = [total('num'), total('den')];
  const share = den === 0 ? null : divRound(num * per, den);
  const longest = cells.flatMap(({ max }) => max ?? []);
  const ages = cells.flatMap(({ value }) => value ?? []);
  const value = isAge && ages.length > 0 ? Math.max(...ages) : total('value');
  return {
    ...cells[0]!,
    value: isShare ? share : value,
    num: cells.some((cell) => cell.num !== null) ? num : null,
    den: isShare ? den : null,
    n: total('n'),
    max: longest.length > 0 ? Math.max(...longest) : null,
    // Where the log is younger than the window before, nobody has it.
    vsPrev: cells.every(({ vsPrev }) => vsPrev === null) ? null : total('vsPrev'),
    ...waitsOf(cells),
  };
}

/** Whoever stands in several of them counts once. */
function waitsOf(cells: readonly OracleCell[]): Pick<OracleCell, 'censored' | 'samples'> {
  if (cells.every(({ samples }) => samples === undefined)) return {};
  const all = cells.flatMap(({ samples }) => samples ?? []);
  const samples = [...new Map(all.map((one) => [one.conversation, one])).values()];
  return { samples, censored: censoredOf(samples) };
}
