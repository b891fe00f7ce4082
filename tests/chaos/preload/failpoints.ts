/**
 * Loaded before the process under test (`node --import`): it stands in SQLite's calls, in the answers
 * of the web server, in the websocket and in `fetch`, and ends the process by SIGKILL at the nth hit of
 * one named point. Production code knows nothing of it.
 */
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { SQL, type StatementName } from '../../../packages/runtime/sqlite/sql.ts';
import { POINT_ENV } from '../points.ts';

const wanted = process.env[POINT_ENV.point] ?? '';
const log = process.env[POINT_ENV.log];
let left = Number(process.env[POINT_ENV.hit] ?? 1);
// What this process starts is not under test.
delete process.env[POINT_ENV.point];

function hit(point: string): void {
  if (point !== wanted || --left > 0) return;
  if (log) appendFileSync(log, `${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const NAMES: ReadonlyMap<string, StatementName> = new Map(
  Object.entries(SQL).map(([name, sql]) => [sql, name as StatementName]),
);
const prepare = DatabaseSync.prototype.prepare;
const exec = DatabaseSync.prototype.exec;
const run = StatementSync.prototype.run;
const statements = new WeakMap<StatementSync, { name: StatementName; db: DatabaseSync }>();
/** What the open transaction has written, by the name of its point. */
let written = new Set<string>();

const lookedUp = new Map<string, string>();
/** A name by id, asked once. */
function named(db: DatabaseSync, table: 'topic' | 'scope', id: unknown): string {
  const key = `${table} ${id}`;
  let found = lookedUp.get(key);
  if (found === undefined) {
    const column = table === 'topic' ? 'name' : 'fold';
    const row = prepare
      .call(db, `SELECT ${column} AS n FROM ${table} WHERE id = ?`)
      .get(Number(id));
    found = String(row?.['n'] ?? '?');
    lookedUp.set(key, found);
  }
  return found;
}

/** Tag for the commit, then the points inside: before and after the statement. */
function placesOf(name: StatementName, db: DatabaseSync, values: readonly unknown[]) {
  const at = (tag: string | null, before: string | null, after: string | null) => ({
    tag,
    before,
    after,
  });
  switch (name) {
    case 'logInsert':
    case 'compactedUpsert': {
      const topic = named(db, 'topic', values[0]);
      return at(topic, null, `insert ${topic}`);
    }
    case 'scopeInsert':
      return at('bootstrap', null, 'bootstrap.inside');
    case 'scopeOwn':
      return at('claim', null, 'claim.inside');
    case 'scopeMove': {
      const fold = named(db, 'scope', values.at(-1));
      return at(`fold ${fold}`, `scope.move.before ${fold}`, `scope.move.after ${fold}`);
    }
    case 'statePut':
      return at(null, null, 'state.put');
    case 'stateDelete':
      return at(null, null, 'state.delete');
    case 'recordPut':
      return at('record', null, 'record.inside');
    default:
      return null;
  }
}

DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...args): StatementSync {
  const statement = prepare.apply(this, args);
  const name = NAMES.get(args[0]);
  if (name) statements.set(statement, { name, db: this });
  return statement;
};

StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
  const known = statements.get(this);
  const places = known ? placesOf(known.name, known.db, values) : null;
  if (places?.before) hit(places.before);
  const result = run.apply(this, values as Parameters<typeof run>);
  if (places?.tag) written.add(places.tag);
  if (places?.after) hit(places.after);
  return result;
} as typeof run;

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const isSchema = sql.includes('CREATE TABLE');
  if (isSchema) hit('schema.before');
  if (sql === 'BEGIN IMMEDIATE') written = new Set();
  if (sql === 'COMMIT') for (const tag of written) hit(`commit.before ${tag}`);
  exec.call(this, sql);
  if (isSchema) hit('schema.after');
  if (sql === 'BEGIN IMMEDIATE') hit('begin.after');
  if (sql === 'COMMIT') for (const tag of written) hit(`commit.after ${tag}`);
};

const routeOf = (url: string | undefined): string | null => {
  if (url?.startsWith('/hooks/')) return 'hook';
  return url?.startsWith('/v1/costs') ? 'cost' : null;
};

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (this: http.Server, name: string, ...args: unknown[]) {
  if (name === 'request') {
    const route = routeOf((args[0] as http.IncomingMessage).url);
    if (route) hit(`request ${route}`);
  }
  return emit.apply(this, [name, ...args] as unknown as Parameters<typeof emit>);
} as typeof emit;

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
  const route = routeOf(this.req.url);
  if (route) hit(`answer.before ${route}`);
  const result = end.apply(this, args as unknown as Parameters<typeof end>);
  if (route) this.once('finish', () => hit(`answer.after ${route}`));
  return result;
} as typeof end;

interface Sending {
  prototype: { send: (...args: unknown[]) => void };
}
const fromGateway = createRequire(
  new URL('../../../services/gateway/package.json', import.meta.url),
);
const { WebSocket: Socket } = createRequire(fromGateway.resolve('@fastify/websocket'))('ws') as {
  WebSocket: Sending;
};
const send = Socket.prototype.send;
Socket.prototype.send = function (this: unknown, ...args: unknown[]): void {
  hit('socket.before');
  send.apply(this, args);
  hit('socket.after');
};

const plainFetch = globalThis.fetch;
globalThis.fetch = async (...args: Parameters<typeof fetch>): Promise<Response> => {
  hit('fetch.before');
  const answer = await plainFetch(...args);
  hit('fetch.answered');
  const text = answer.text.bind(answer);
  const read = async (): Promise<string> => {
    const whole = await text();
    hit('fetch.read');
    return whole;
  };
  return Object.defineProperty(answer, 'text', { value: read });
};
