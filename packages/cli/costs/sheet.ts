/** A cost sheet: a CSV file to cost entries, all of them or every fault with its place; and back. */
import type { CostEntry } from '@sapwood/core/facts';
import { didYouMean } from '@sapwood/core/suggest';
import { conflictsIn, readCostBody } from '@sapwood/pylon/cost-feed';
import { CsvError, parse } from 'csv-parse/sync';
import { COLUMNS, type Column } from './columns.ts';

/** An entry and where its id stands, as `costs.csv:7:1`. */
export interface SheetEntry {
  readonly place: string;
  readonly entry: CostEntry;
}

export type Sheet =
  | { readonly ok: true; readonly entries: readonly SheetEntry[] }
  /** Each as `file:line:field: what`, fields counted from 1. */
  | { readonly ok: false; readonly faults: readonly string[] };

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface SheetOptions {
  /** As faults name it. */
  readonly file: string;
  /** Where a day without a time begins, as Europe/London. */
  readonly zone: string;
}

/** Every fault at once; with one there are no entries. */
export function readSheet(csv: string, { file, zone }: SheetOptions): Sheet {
  const rows = rowsOf(csv, file);
  if ('fault' in rows) return { ok: false, faults: [rows.fault] };
  const [header, ...body] = rows;
  if (!header) return { ok: false, faults: [`${file}:1:1: the file is empty`] };
  const columns = columnsOf(header, file);
  if (columns.faults.length > 0) return { ok: false, faults: columns.faults };
  const faults: string[] = [];
  const entries: SheetEntry[] = [];
  const idField = columns.at.findIndex(({ name }) => name === 'costId') + 1;
  for (const row of body) {
    const read = readRow(row, columns.at, zone);
    const place = `${file}:${row.line}`;
    if ('entry' in read) entries.push({ place: `${place}:${idField}`, entry: read.entry });
    else faults.push(...read.faults.map(({ field, what }) => `${place}:${field}: ${what}`));
  }
  for (const { path, message } of conflictsIn(entries.map(({ entry }) => entry))) {
    faults.push(`${entries[Number(path.slice(1, -1))]!.place}: ${message}`);
  }
  if (faults.length === 0 && entries.length === 0) faults.push(`${file}:2:1: there is no entry`);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, entries };
}

function rowsOf(csv: string, file: string): Row[] | { readonly fault: string } {
  try {
    const options = { bom: true, trim: true, info: true, relax_column_count: true } as const;
    // A spreadsheet leaves rows behind in which nothing stands but commas.
    const records = parse(csv, { ...options, skip_records_with_empty_values: true });
    // The types tell of records without `info` alone.
    return (records as unknown as { record: string[]; info: { lines: number } }[]).map(
      ({ record, info }) => ({ line: info.lines, cells: record }),
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 1, index = 0 } = error as unknown as { lines?: number; index?: number };
    return { fault: `${file}:${lines}:${index + 1}: not CSV: ${error.message}` };
  }
}

type ColumnsAt = readonly Column[];

function columnsOf(
  { line, cells }: Row,
  file: string,
): { readonly at: ColumnsAt; readonly faults: readonly string[] } {
  const at: Column[] = [];
  const faults: string[] = [];
  const names = COLUMNS.map(({ name }) => name);
  for (const [i, name] of cells.entries()) {
    const place = `${file}:${line}:${i + 1}`;
    const column = COLUMNS.find((known) => known.name === name);
    if (!column) {
      const hint = didYouMean(name, names);
      faults.push(
        `${place}: there is no column "${name}"${hint || `; there are ${names.join(', ')}`}`,
      );
    } else if (at.includes(column)) faults.push(`${place}: column "${name}" stands twice`);
    if (column) at.push(column);
  }
  for (const { name, required } of COLUMNS) {
    if (required && !cells.includes(name)) {
      faults.push(`${file}:${line}:1: there is no column "${name}", and it is needed`);
    }
  }
  return { at, faults };
}

interface Fault {
  readonly field: number;
  readonly what: string;
}

function readRow(
  { cells }: Row,
  at: ColumnsAt,
  zone: string,
): { readonly entry: CostEntry } | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const raw: Record<string, unknown> = {};
  for (const [i, cell] of cells.entries()) {
    const column = at[i];
    if (!column) {
      if (cell !== '') faults.push({ field: i + 1, what: `"${cell}" stands below no column` });
      continue;
    }
    const fault = readCell(cell, column, zone, raw);
    if (fault) faults.push({ field: i + 1, what: `${column.name}: ${fault}` });
  }
  for (const [i, { name, required }] of at.entries()) {
    if (required && i >= cells.length) faults.push({ field: i + 1, what: `${name}: is missing` });
  }
  const body = readCostBody([raw]);
  if (body.ok && faults.length === 0) return { entry: body.entries[0]! };
  const wrong = new Set(faults.map(({ field }) => field));
  for (const error of body.ok ? [] : body.errors) {
    const fault = feedFault(error, at, cells);
    // A cell that could not be read is missing to the feed, too.
    if (!wrong.has(fault.field)) faults.push(fault);
  }
  return { faults: faults.sort((a, b) => a.field - b.field) };
}

/** Puts what the cell says into `raw`; returns what is wrong with it. */
function readCell(
  cell: string,
  { field, required, read }: Column,
  zone: string,
  raw: Record<string, unknown>,
): string | null {
  if (cell === '') return required ? 'is empty' : null;
  const told = read(cell, zone);
  if ('fault' in told) return `"${cell}": ${told.fault}`;
  const [first, second] = field.split('.') as [string, string | undefined];
  if (second === undefined) raw[first] = told.value;
  else raw[first] = { ...(raw[first] as object | undefined), [second]: told.value };
  return null;
}

function feedFault(
  { path, message }: { readonly path: string; readonly message: string },
  at: ColumnsAt,
  cells: readonly string[],
): Fault {
  const told = path.slice('[0].'.length);
  const column = COLUMNS.find(({ field }) => told === field || told.startsWith(`${field}.`));
  const i = column ? at.indexOf(column) : -1;
  const cell = cells[i] ?? '';
  const what = cell === '' ? 'is empty, and a rate needs it' : `"${cell}": ${message}`;
  return { field: Math.max(i, 0) + 1, what: `${column?.name ?? told}: ${what}` };
}

/** The same columns, so that what was written can be read. No field of an entry may hold a comma. */
export function writeSheet(entries: readonly CostEntry[]): string {
  const line = (cells: readonly string[]): string => `${cells.join(',')}\n`;
  const rows = entries.map((entry) => line(COLUMNS.map(({ write }) => write(entry))));
  return `${line(COLUMNS.map(({ name }) => name))}${rows.join('')}`;
}
