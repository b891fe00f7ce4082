/**
 * The oracle tells every value of a dimension; the fold shows so many, and the others together (metrics.md
 * 4). What it does not show is added up here, as far as cells can be: no median comes of two medians.
 */
import type { Series } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import type { OracleCell, OracleSeries } from '@sapwood/oracle';

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
    const group = other.slice(0, -OTHER_END.length + 1);
    const hidden = [...oracle.keys()].filter((key) => key.startsWith(group) && !fold.has(key));
    const all = hidden.map((key) => oracle.get(key)!);
    for (const key of hidden) told.delete(key);
    if (all.length > 0) told.set(other, added(other, all));
  }
  return told;
}

function added(key: string, all: readonly OracleSeries[]): OracleSeries {
  const cells = all[0]!.cells.map(({ window, clock }) => {
    const isIt = (cell: OracleCell): boolean => cell.window === window && cell.clock === clock;
    return sumOf(all.flatMap((one) => one.cells.filter(isIt)));
  });
  const waits = all.flatMap(({ waiting }) => waiting ?? []);
  const since = waits.flatMap(({ oldestSince }) => oldestSince ?? []);
  const count = waits.reduce((sum, one) => sum + one.count, 0);
  const oldestSince = since.length > 0 ? Math.min(...since) : null;
  return { key, cells, waiting: waits.length > 0 ? { count, oldestSince } : null };
}

function sumOf(cells: readonly OracleCell[]): OracleCell {
  const total = (name: 'value' | 'num' | 'den' | 'n' | 'vsPrev'): number =>
    cells.reduce((sum, cell) => sum + (cell[name] ?? 0), 0);
  const isShare = cells.some(({ den }) => den !== null);
  const [num, den] = [total('num'), total('den')];
  const share = den === 0 ? null : divRound(num * 1_000_000, den);
  const longest = cells.flatMap(({ max }) => max ?? []);
  return {
    ...cells[0]!,
    value: isShare ? share : total('value'),
    num: cells.some((cell) => cell.num !== null) ? num : null,
    den: isShare ? den : null,
    n: total('n'),
    max: longest.length > 0 ? Math.max(...longest) : null,
    // Where the log is younger than the window before, nobody has it.
    vsPrev: cells.every(({ vsPrev }) => vsPrev === null) ? null : total('vsPrev'),
  };
}
