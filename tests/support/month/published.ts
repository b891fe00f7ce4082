/** Everything that is published, pass by pass: at each frame the children must sum to their parent. */
import { metricCodec } from '@sapwood/contracts/codec';
import type { Cell, Series } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { NewRecord } from '@sapwood/runtime/ports';

/** What adds up of an additive series, a share's parts among it. */
const PARTS = ['value', 'num', 'den', 'n'] as const;
const PROBLEMS_MAX = 10;
/** `contacts-handled = conversation-volume - contacts-unhandled-change`, window by window. */
const EDGE = ['contacts-handled', 'conversation-volume', 'contacts-unhandled-change'] as const;

export class Published {
  readonly problems: string[] = [];
  frames = 0;
  /** Sums that were added up. */
  sums = 0;
  readonly #series: Map<string, Series> = new Map();
  readonly #touched: Set<string> = new Set();

  accept(records: readonly NewRecord[]): void {
    for (const { key, value } of records) {
      if (value === null) this.#gone(key!);
      else {
        const { series, frame } = metricCodec.decode(value);
        if (series) this.#put(series);
        if (frame) this.#judge(frame.workspace, frame.offset);
      }
    }
  }

  #put(series: Series): void {
    const { workspace, key } = series;
    this.#series.set(`${workspace}/${key}`, series);
    this.#touched.add(`${workspace}/${parseSeriesKey(key)!.id}`);
  }

  #gone(key: string): void {
    if (!this.#series.delete(key)) return;
    this.#touched.add(key.replace(/\{.*/, ''));
  }

  #judge(workspace: string, offset: number): void {
    this.frames += 1;
    const own = [...this.#touched].filter((name) => name.startsWith(`${workspace}/`));
    for (const name of own) {
      this.#touched.delete(name);
      this.#judgeRows(name, offset);
    }
    if (own.some((name) => EDGE.some((id) => name === `${workspace}/${id}`))) {
      this.#judgeEdge(workspace, offset);
    }
  }

  #judgeRows(name: string, offset: number): void {
    const parent = this.#series.get(name);
    if (!parent?.additive) return;
    for (const [dimension, rows] of this.#rowsOf(name)) {
      for (const cell of parent.cells) {
        const parts = rows.map((row) => row.cells.find((one) => isSame(one, cell)));
        if (cell.value === null) continue;
        for (const part of PARTS) {
          // Of money it is how many entries there are, whichever value they fall to.
          if (part === 'n' && parent.form === 'MONEY') continue;
          const sum = parts.reduce((all, one) => all + (one?.[part] ?? 0), 0);
          this.#compare(`${name} by ${dimension} ${cell.window} ${part} at ${offset}`, {
            ...{ is: cell[part] ?? 0, sum },
          });
        }
      }
    }
  }

  #rowsOf(name: string): Map<string, Series[]> {
    const rows = new Map<string, Series[]>();
    for (const [key, series] of this.#series) {
      if (!key.startsWith(`${name}{`)) continue;
      const [dimension] = Object.keys(parseSeriesKey(series.key)!.dims);
      // A conversation with two tags stands in both rows.
      if (dimension === 'tag') continue;
      rows.set(dimension!, [...(rows.get(dimension!) ?? []), series]);
    }
    return rows;
  }

  #judgeEdge(workspace: string, offset: number): void {
    const [whole, plus, minus] = EDGE.map((id) => this.#series.get(`${workspace}/${id}`));
    for (const cell of whole?.cells ?? []) {
      const [a, b] = [plus, minus].map((s) => s?.cells.find((one) => isSame(one, cell))?.value);
      if (cell.value === null || a == null || b == null) continue;
      this.#compare(`${EDGE.join(' ')} ${cell.window} at ${offset}`, {
        ...{ is: cell.value, sum: a - b },
      });
    }
  }

  #compare(what: string, { is, sum }: { readonly is: number; readonly sum: number }): void {
    this.sums += 1;
    if (is !== sum && this.problems.length < PROBLEMS_MAX) {
      this.problems.push(`${what}: ${is}, its parts ${sum}`);
    }
  }
}

const isSame = (a: Cell, b: Cell): boolean => a.window === b.window && a.clock === b.clock;
