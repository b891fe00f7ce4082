/** What lies in a store, by topic and by kind of state. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Size {
  readonly rows: number;
  readonly bytes: number;
}

export interface StoreSizes {
  readonly parts: ReadonlyMap<string, Size>;
  readonly fileBytes: number;
  readonly walBytes: number;
  readonly freeBytes: number;
}

/** Topics, then `record`, then state as `fold:kind`: a conversation, a cost, a window. */
const SIZES = `
  SELECT topic.name AS name, count(*) AS rows, sum(length(value)) AS bytes
    FROM log JOIN topic ON topic.id = log.topic GROUP BY topic.id
  UNION ALL SELECT topic.name, count(*), sum(length(value))
    FROM compacted JOIN topic ON topic.id = compacted.topic GROUP BY topic.id
  UNION ALL SELECT 'record', count(*), sum(length(bytes)) FROM record
  UNION ALL SELECT 'state ' || scope.fold || ':' || space || ' ' ||
      CASE WHEN instr(rest, '/') > 0 THEN substr(rest, 1, instr(rest, '/') - 1) ELSE rest END,
      count(*), sum(length(bytes))
    FROM (SELECT scope, space, bytes, substr(field, instr(field, '/') + 1) AS rest FROM state)
    JOIN scope ON scope.id = scope
    GROUP BY scope.fold, space,
      CASE WHEN instr(rest, '/') > 0 THEN substr(rest, 1, instr(rest, '/') - 1)
      WHEN space = 'pane' THEN '' ELSE rest END`;

export function storeSizes(data: string): StoreSizes {
  const file = join(data, 'sapwood.db');
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db.prepare(SIZES).all() as unknown as (Size & { readonly name: string })[];
    const pragma = (name: string): number =>
      Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    return {
      parts: new Map(rows.map(({ name, rows: count, bytes }) => [name, { rows: count, bytes }])),
      fileBytes: statSync(file).size,
      walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      freeBytes: pragma('freelist_count') * pragma('page_size'),
    };
  } finally {
    db.close();
  }
}
