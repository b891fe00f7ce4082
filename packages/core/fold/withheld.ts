/** Which rows of people are withheld in a window, worked out once for as long as nothing changes. */
import { metricDefinition } from '../metrics/catalogue.ts';
import { isOfPerson, PERSON, withheldAmong } from '../metrics/privacy.ts';
import { parseSeriesKey, type WindowCode } from '../metrics/value.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import type { ShownSeries } from './shown-series.ts';

type Side = 'now' | 'before';
const NONE = { now: false, before: false };

export interface WithheldDeps {
  readonly windows: WindowsState;
  readonly shown: Pick<ShownSeries, 'rows' | 'rowsShown' | 'isHidden'>;
}

export class Withheld {
  readonly #deps: WithheldDeps;
  readonly #known: Map<string, Readonly<Record<Side, ReadonlySet<string>>>> = new Map();

  constructor(deps: WithheldDeps) {
    this.#deps = deps;
  }

  /** Something may count otherwise than before. */
  changed(): void {
    this.#known.clear();
  }

  read(row: string, code: WindowCode): Readonly<Record<Side, boolean>> {
    if (!isOfPerson(row)) return NONE;
    const { id } = parseSeriesKey(row)!;
    const { privateBelow: least } = metricDefinition(id)!;
    if (least === undefined) return NONE;
    // Of whom nobody ever said anything few did; and who is told with others is not told of alone.
    const { shown } = this.#deps;
    if (!shown.rows.has(row) || shown.isHidden(row)) return { now: true, before: true };
    const key = `${id} ${code}`;
    const known = this.#known.get(key) ?? this.#judge(id, code, least);
    this.#known.set(key, known);
    return { now: known.now.has(row), before: known.before.has(row) };
  }

  #judge(id: string, code: WindowCode, least: number) {
    const { windows, shown } = this.#deps;
    const { panes, distinct } = windows.level(code);
    const rows = [...shown.rowsShown(id, PERSON)].map((row) => {
      return { row, said: panes.read(row, code), by: distinct.read(row, code) };
    });
    return {
      now: withheldAmong(
        rows.map(({ row, said, by }) => ({ row, n: said.now.n, customers: by.den })),
        least,
      ),
      before: withheldAmong(
        rows.map(({ row, said, by }) => ({ row, n: said.before.n, customers: by.denBefore })),
        least,
      ),
    };
  }
}
