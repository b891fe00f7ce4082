/** The distributed engine's store: Redis, changed by compare-and-set in Lua (reliability.md 1.6, 1.7). */
import { Redis } from 'ioredis';
import { RuntimeError } from '../errors.ts';
import type {
  ClaimAnswer,
  Commit,
  CommitAnswer,
  Meta,
  OutboxRecord,
  Scope,
  StateStore,
  StoredPut,
} from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { type Backlog, createBacklog } from './backlog.ts';
import { recordKey, SPACES, scopeKeys } from './keys.ts';
import { decodePayload, encodePayload, fieldOf } from './payload.ts';
import { type Argument, defineScripts } from './scripts.ts';

const COMMAND_MS_MAX = 5_000;
const CONNECT_MS_MAX = 3_000;
const RECONNECT_MS_MAX = 2_000;
/** Fields asked for at once while loading: a script or another client waits no longer than that. */
const SCAN_FIELDS = 1_000;
const STAGE_FIELDS = 500;
/** What a settlement answers where another owner has the scope. */
const NOT_OURS = -1;

export interface RedisOptions {
  readonly url: string;
  readonly telemetry: Telemetry;
  readonly password?: string | null;
  /** Before every key: several installations, or tests, on one server. */
  readonly prefix?: string;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** For each key of the commit script: its sets, then its deletions. */
function commitArguments(puts: readonly StoredPut[], outbox: readonly OutboxRecord[]): Argument[] {
  const args: Argument[] = [];
  for (const space of SPACES) {
    const mine = puts.filter(([of]) => of === space);
    const sets = mine.filter(([, , bytes]) => bytes !== null);
    const gone = mine.filter(([, , bytes]) => bytes === null);
    args.push(sets.length);
    for (const [, field, bytes] of sets) args.push(field, asBuffer(bytes!));
    args.push(gone.length);
    for (const [, field] of gone) args.push(field);
  }
  args.push(outbox.length);
  for (const entry of outbox) args.push(fieldOf(entry), encodePayload(entry));
  args.push(0);
  return args;
}

/** Connects; throws SAPWOOD_STORE_UNREACHABLE if that fails. */
export async function createRedis({
  url,
  telemetry,
  password = null,
  prefix = '',
}: RedisOptions): Promise<StateStore> {
  const redis = new Redis(url, {
    lazyConnect: true,
    ...(password === null ? {} : { password }),
    // What is not answered is asked again by the caller, who knows whether that is harmless.
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_MS_MAX,
    connectTimeout: CONNECT_MS_MAX,
    retryStrategy: (attempt) => Math.min(50 * attempt, RECONNECT_MS_MAX),
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  redis.on('error', (error: Error) => {
    telemetry({ type: 'Notice', level: 'warn', text: `Redis: ${error.message}` });
  });
  const run = defineScripts(redis);

  const reached = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      throw new RuntimeError(
        'SAPWOOD_STORE_UNREACHABLE',
        `The state store did not answer: ${(cause as Error).message}.`,
        { cause, retriable: true },
      );
    }
  };
  const keysOf = (scope: Scope): string[] => {
    const { meta, spaces, out } = scopeKeys(prefix, scope);
    return [meta, ...SPACES.map((space) => spaces[space]), out];
  };

  const backlogs = new Map<string, Backlog>();
  const backlogOf = (scope: Scope): Backlog => {
    const { out } = scopeKeys(prefix, scope);
    const found = backlogs.get(out);
    if (found) return found;
    const made = createBacklog({
      names: () => reached(redis.hkeys(out)),
      read: async (fields) => {
        const texts = await reached(redis.hmget(out, ...fields));
        return texts.map((text) => (text === null ? null : decodePayload(text)));
      },
    });
    backlogs.set(out, made);
    return made;
  };

  const metaOf = async (scope: Scope): Promise<Meta | null> => {
    const { meta } = scopeKeys(prefix, scope);
    const found = await reached(redis.hgetall(meta));
    if (found['off'] === undefined) return null;
    const { own = '', off, tail = '', cid = '', code = '', T } = found;
    return { own, off: Number(off), tail, cid, code, T: Number(T) };
  };
  const claim = async (scope: Scope, own: string, code: string): Promise<ClaimAnswer> => {
    const { meta } = scopeKeys(prefix, scope);
    backlogOf(scope).forget();
    const answer = (await reached(run('scopeClaim', [meta], [own, code]))) as string[];
    const [kind, first = '', tail = '', cid = '', T] = answer;
    if (kind === 'EMPTY') return { kind };
    if (kind === 'CODE') return { kind, stored: first };
    return { kind: 'claimed', meta: { own, off: Number(first), tail, cid, code, T: Number(T) } };
  };
  async function* loadHash(key: string): AsyncIterable<readonly [field: string, bytes: Buffer]> {
    // A scan may show a field twice while the hash is resized.
    const seen = new Set<string>();
    for (let cursor = '0'; ; ) {
      const [next, flat] = await reached(redis.hscanBuffer(key, cursor, 'COUNT', SCAN_FIELDS));
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const field = flat[i]!.toString();
        if (seen.has(field)) continue;
        seen.add(field);
        yield [field, flat[i + 1]!];
      }
      cursor = next.toString();
      if (cursor === '0') return;
    }
  }
  async function* load(scope: Scope): AsyncIterable<StoredPut> {
    const { spaces } = scopeKeys(prefix, scope);
    for (const space of SPACES) {
      for await (const [field, bytes] of loadHash(spaces[space])) yield [space, field, bytes];
    }
  }
  const stage = async (scope: Scope, puts: Iterable<StoredPut>): Promise<string[]> => {
    const { spaces } = scopeKeys(prefix, scope, ':staged');
    const keys = SPACES.map((space) => spaces[space]);
    await reached(redis.unlink(...keys));
    const waiting = new Map<string, Argument[]>();
    for (const [space, field, bytes] of puts) {
      if (bytes === null) continue;
      const args = waiting.get(spaces[space]) ?? [];
      waiting.set(spaces[space], args);
      args.push(field, asBuffer(bytes));
      if (args.length >= 2 * STAGE_FIELDS) await reached(redis.hset(spaces[space], args.splice(0)));
    }
    for (const [key, args] of waiting) if (args.length > 0) await reached(redis.hset(key, args));
    return keys;
  };
  const bootstrap = async (
    scope: Scope,
    { own, off, tail, cid, code, T }: Meta,
    puts: Iterable<StoredPut>,
  ): Promise<'OK' | 'EXISTS'> => {
    const staged = await stage(scope, puts);
    const keys = [...keysOf(scope), ...staged];
    const args = [own, off, tail, cid, code, T];
    backlogOf(scope).forget();
    return (await reached(run('scopeBootstrap', keys, args))) as 'OK' | 'EXISTS';
  };
  const commit = async (
    scope: Scope,
    { own, expected, next, tail, cid, code, T }: Commit,
    puts: readonly StoredPut[],
    outbox: readonly OutboxRecord[],
  ): Promise<CommitAnswer> => {
    const args = [own, expected, next, tail, cid, code, T, ...commitArguments(puts, outbox)];
    const backlog = backlogOf(scope);
    try {
      const answer = (await reached(run('stateCommit', keysOf(scope), args))) as CommitAnswer;
      if (answer === 'OK' || answer === 'APPLIED') backlog.added(outbox);
      else backlog.forget();
      return answer;
    } catch (error) {
      backlog.forget();
      throw error;
    }
  };
  const settle = async (
    scope: Scope,
    own: string,
    entries: readonly OutboxRecord[],
  ): Promise<void> => {
    const { meta, out } = scopeKeys(prefix, scope);
    const backlog = backlogOf(scope);
    for (let at = 0; at < entries.length; at += STAGE_FIELDS) {
      const part = entries.slice(at, at + STAGE_FIELDS);
      const removed = await reached(run('outboxSettle', [meta, out], [own, ...part.map(fieldOf)]));
      if (removed === NOT_OURS) backlog.forget();
      else backlog.settled(part);
    }
  };

  try {
    await reached(redis.connect());
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return {
    claim,
    meta: metaOf,
    load,
    bootstrap,
    commit,
    pending: (scope, max) => backlogOf(scope).pending(max),
    settle,
    getRecord: (name) => reached(redis.getBuffer(recordKey(prefix, name))),
    putRecord: async (name, bytes) => {
      const key = recordKey(prefix, name);
      if (bytes === null) await reached(redis.del(key));
      else await reached(redis.set(key, asBuffer(bytes)));
    },
    close: async () => {
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}
