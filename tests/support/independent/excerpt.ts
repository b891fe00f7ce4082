/** The fullest stretch of an event log: whole cases, little time, so that a quick test sees much. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const HOUR_MS = 3_600_000;

export interface Stretch {
  /** Columns of the case and of the instant. */
  readonly case: string;
  readonly at: string;
  readonly hours: number;
}

interface Whole {
  readonly lines: string[];
  first: number;
  last: number;
}

/** Zones do not matter here: an instant without one is as good as any. */
const instantOf = (text: string): number =>
  Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

/**
 * Writes the cases that lie within the `hours` in which most rows are, in the order of the file (whose
 * cells are not quoted), and answers the path of the new file.
 */
export function excerptOf(file: string, stretch: Stretch, folder: string): string {
  const bytes = readFileSync(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = head!.split(',');
  const [caseAt, instantAt] = [names.indexOf(stretch.case), names.indexOf(stretch.at)];
  const cases = new Map<string, Whole>();
  for (const line of lines) {
    const cells = line.split(',');
    const at = instantOf(cells[instantAt]!);
    const one = cases.get(cells[caseAt]!) ?? { lines: [], first: at, last: at };
    one.lines.push(line);
    one.first = Math.min(one.first, at);
    one.last = Math.max(one.last, at);
    cases.set(cells[caseAt]!, one);
  }
  const kept = new Set(fullest([...cases.values()], stretch.hours * HOUR_MS));
  const made = join(folder, 'excerpt.csv');
  writeFileSync(made, `${[head, ...lines.filter((line) => kept.has(line))].join('\n')}\n`);
  return made;
}

/** Lines of the cases that begin and end within the best `spanMs`. */
function fullest(cases: readonly Whole[], spanMs: number): string[] {
  const sorted = [...cases].sort((a, b) => a.first - b.first);
  let best: string[] = [];
  for (const [i, { first }] of sorted.entries()) {
    const lines: string[] = [];
    for (let j = i; j < sorted.length && sorted[j]!.first <= first + spanMs; j++) {
      if (sorted[j]!.last <= first + spanMs) lines.push(...sorted[j]!.lines);
    }
    if (lines.length > best.length) best = lines;
  }
  return best;
}
