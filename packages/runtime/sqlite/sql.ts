/** Every SQL statement of the embedded engine, by name. */

export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS topic (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL,
  compacted INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS part (
  topic INTEGER NOT NULL, part INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
  PRIMARY KEY (topic, part)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (
  topic INTEGER NOT NULL, part INTEGER NOT NULL, off INTEGER NOT NULL, key TEXT, value BLOB,
  headers TEXT, at INTEGER NOT NULL,
  PRIMARY KEY (topic, part, off)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS compacted (
  topic INTEGER NOT NULL, part INTEGER NOT NULL, key TEXT NOT NULL, off INTEGER NOT NULL,
  value BLOB, headers TEXT, at INTEGER NOT NULL,
  PRIMARY KEY (topic, part, key), UNIQUE (topic, part, off)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scope (
  id INTEGER PRIMARY KEY, fold TEXT NOT NULL, topology INTEGER NOT NULL, part INTEGER NOT NULL,
  own TEXT NOT NULL, off INTEGER NOT NULL, tail TEXT NOT NULL, cid TEXT NOT NULL,
  code TEXT NOT NULL, T INTEGER NOT NULL,
  UNIQUE (fold, topology, part)) STRICT;
CREATE TABLE IF NOT EXISTS state (
  scope INTEGER NOT NULL, space TEXT NOT NULL, field TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (scope, space, field)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
  name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

export const SQL = {
  topics: 'SELECT id, name, partitions, compacted FROM topic',
  topicInsert: 'INSERT INTO topic (name, partitions, compacted) VALUES (?, ?, ?)',
  parts: 'SELECT topic, part, low, high FROM part',
  part: 'SELECT low, high FROM part WHERE topic = ? AND part = ?',
  partInsert: 'INSERT INTO part (topic, part, low, high) VALUES (?, ?, 0, 0)',
  partMove: 'UPDATE part SET low = ?, high = ? WHERE topic = ? AND part = ?',

  logInsert:
    'INSERT INTO log (topic, part, off, key, value, headers, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  logRead: `SELECT off, key, value, headers, at FROM log
    WHERE topic = ? AND part = ? AND off >= ? ORDER BY off LIMIT ?`,
  logTrim: 'DELETE FROM log WHERE topic = ? AND part = ? AND off >= ? AND off < ?',

  compactedUpsert: `INSERT INTO compacted (topic, part, off, key, value, headers, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic, part, key) DO UPDATE SET off = excluded.off, value = excluded.value,
      headers = excluded.headers, at = excluded.at
    WHERE excluded.off > off`,
  compactedRead: `SELECT off, key, value, headers, at FROM compacted
    WHERE topic = ? AND part = ? AND off >= ? ORDER BY off LIMIT ?`,
  /** Tombstones alone: a compacted value is kept until its key is written again. */
  compactedTrim: `DELETE FROM compacted
    WHERE topic = ? AND part = ? AND off < ? AND off < ? - 1 AND value IS NULL`,

  scope: `SELECT id, own, off, tail, cid, code, T FROM scope
    WHERE fold = ? AND topology = ? AND part = ?`,
  scopeInsert: `INSERT INTO scope (fold, topology, part, own, off, tail, cid, code, T)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  scopeReset: 'UPDATE scope SET own = ?, off = ?, tail = ?, cid = ?, code = ?, T = ? WHERE id = ?',
  scopeOwn: 'UPDATE scope SET own = ? WHERE id = ?',
  scopeMove: 'UPDATE scope SET off = ?, tail = ?, cid = ?, T = ? WHERE id = ?',

  stateFirst: `SELECT space, field, bytes FROM state WHERE scope = ?
    ORDER BY space, field LIMIT ?`,
  stateNext: `SELECT space, field, bytes FROM state WHERE scope = ? AND (space, field) > (?, ?)
    ORDER BY space, field LIMIT ?`,
  statePut: `INSERT INTO state (scope, space, field, bytes) VALUES (?, ?, ?, ?)
    ON CONFLICT (scope, space, field) DO UPDATE SET bytes = excluded.bytes`,
  stateDelete: 'DELETE FROM state WHERE scope = ? AND space = ? AND field = ?',
  stateClear: 'DELETE FROM state WHERE scope = ?',

  recordGet: 'SELECT bytes FROM record WHERE name = ?',
  recordPut: `INSERT INTO record (name, bytes) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes`,
  recordDelete: 'DELETE FROM record WHERE name = ?',
} as const;
export type StatementName = keyof typeof SQL;
