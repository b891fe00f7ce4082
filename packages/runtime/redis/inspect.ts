/** How a Redis is set, for `doctor`: persistence, eviction, memory, its clock. Changes nothing. */
import { Redis } from 'ioredis';

const COMMAND_MS_MAX = 5_000;
const CONNECT_MS_MAX = 3_000;

export interface RedisState {
  readonly version: string;
  readonly role: string;
  readonly aof: boolean;
  /** `everysec`, `always`, `no`; null: CONFIG is forbidden here, and INFO does not tell. */
  readonly fsync: string | null;
  /** Eviction policy; null where the server tells neither way. */
  readonly policy: string | null;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  /** False: a hosted service that forbids CONFIG. */
  readonly configAllowed: boolean;
  /** False: scripts are refused, and without them nothing can be committed. */
  readonly scriptsAllowed: boolean;
  /** Its clock minus ours, ms; as exact as half a round trip. */
  readonly skewMs: number;
}

export interface InspectOptions {
  readonly url: string;
  readonly password: string | null;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Throws what the client says where nobody lets it in. */
export async function inspectRedis({ url, password, now }: InspectOptions): Promise<RedisState> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    commandTimeout: COMMAND_MS_MAX,
    connectTimeout: CONNECT_MS_MAX,
    ...(password === null ? {} : { password }),
  });
  let refusal: Error | null = null;
  redis.on('error', (error: Error) => {
    refusal = error;
  });
  try {
    await redis.connect().catch((error: Error) => {
      throw refusal ?? error;
    });
    const info = fieldsOf(await redis.info());
    const config = await settingsOf(redis);
    return {
      version: info.get('redis_version') ?? 'unknown',
      role: info.get('role') ?? 'unknown',
      aof: info.get('aof_enabled') === '1',
      fsync: config?.get('appendfsync') ?? null,
      policy: info.get('maxmemory_policy') ?? config?.get('maxmemory-policy') ?? null,
      usedBytes: Number(info.get('used_memory') ?? 0),
      maxBytes: Number(info.get('maxmemory') ?? 0),
      configAllowed: config !== null,
      scriptsAllowed: await redis.eval('return 1', 0).then(
        () => true,
        () => false,
      ),
      skewMs: await skewOf(redis, now),
    };
  } finally {
    redis.disconnect();
  }
}

function fieldsOf(info: string): Map<string, string> {
  const pairs = info.split(/\r?\n/).flatMap((line): [string, string][] => {
    const cut = line.indexOf(':');
    return cut < 1 ? [] : [[line.slice(0, cut), line.slice(cut + 1)]];
  });
  return new Map(pairs);
}

async function settingsOf(redis: Redis): Promise<Map<string, string> | null> {
  const settings = new Map<string, string>();
  for (const name of ['appendfsync', 'maxmemory-policy']) {
    const answer = await redis.config('GET', name).catch(() => null);
    if (answer === null) return null;
    const [, value] = answer as string[];
    if (value !== undefined) settings.set(name, value);
  }
  return settings;
}

async function skewOf(redis: Redis, now: () => number): Promise<number> {
  const askedMs = now();
  const [seconds, micros] = await redis.time();
  const answeredMs = now();
  const theirsMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
  return Math.round(theirsMs - (askedMs + answeredMs) / 2);
}
