/** An event log as rows: CSV or any one-character delimiter, gzip accepted, cells trimmed. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { ReplayError } from './mapping.ts';

export interface Row {
  /** 1-based line of the file, the header being line 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** Reads at most `limit` rows. Throws `ReplayError` for a file that is not there or not a table. */
export function readTable(file: string, delimiter: string, limit?: number): Table {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new ReplayError([`${file}: no such file`]);
  }
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
  let lines: string[][];
  try {
    lines = parse(text, {
      delimiter,
      trim: true,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      ...(limit === undefined ? {} : { to: limit + 1 }),
    });
  } catch (error) {
    throw new ReplayError([`${file}: not a table: ${(error as Error).message}`]);
  }
  const [head, ...body] = lines;
  if (!head) throw new ReplayError([`${file}: the file is empty`]);
  const header = head.filter((name) => name !== '');
  const rows = body.map((cells, i): Row => {
    const named: Record<string, string> = {};
    for (const [c, name] of header.entries()) named[name] = cells[c] ?? '';
    return { line: i + 2, cells: named };
  });
  return { header, rows };
}
