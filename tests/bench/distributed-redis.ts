/** What is said to Redis, and what lies in it. */
import { connect, type Socket } from 'node:net';
import { redisLine } from '../support/redis-line.ts';

export interface RedisTalk {
  /** Commands that a client waited for. */
  readonly roundTrips: number;
  /** By name, those inside scripts included. */
  readonly commands: ReadonlyMap<string, number>;
  /** By fold and space, such as `facts:conv`. */
  readonly spaces: ReadonlyMap<string, Written>;
  readonly commits: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Written {
  fields: number;
  deleted: number;
  /** As MONITOR shows them: quotes and bytes that are no text are longer there. */
  bytes: number;
}

/** `[0 127.0.0.1:4242]` or `[0 lua]`, then the words in quotes. */
const LINE = /^\+\d+\.\d+ \[\d+ (\S+)\] "(.*)"$/;
const COMMIT_KEYS = '6';

async function netBytes(url: string): Promise<{ readonly in: number; readonly out: number }> {
  const stats = await redisLine(url, 'INFO', 'stats');
  const value = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1]);
  return { in: value('total_net_input_bytes'), out: value('total_net_output_bytes') };
}

/** `facts:conv` of `{sw.facts.1.7}:conv`. */
const spaceOf = (key: string): string => key.replace(/^\{.*sw\.([^.]+)\..*\}/, '$1');

/** Listens by MONITOR until `end`, whose own questions are left out; it slows the server down. */
export async function listenToRedis(url: string): Promise<{ end(): Promise<RedisTalk> }> {
  const before = await netBytes(url);
  const commands = new Map<string, number>();
  let roundTrips = 0;
  const spaces = new Map<string, Written>();
  let commits = 0;
  let monitored = 0;
  let rest = '';
  const hear = (line: string): void => {
    const found = LINE.exec(line);
    if (!found) return;
    const words = found[2]!.split('" "');
    const name = words[0]!.toLowerCase();
    if (name === 'info' || name === 'quit') return;
    commands.set(name, (commands.get(name) ?? 0) + 1);
    if (found[1] !== 'lua') roundTrips += 1;
    if (name === 'evalsha' && words[2] === COMMIT_KEYS) commits += 1;
    if (name !== 'hset' && name !== 'hdel') return;
    const space = spaceOf(words[1]!);
    const written = spaces.get(space) ?? { fields: 0, deleted: 0, bytes: 0 };
    spaces.set(space, written);
    if (name === 'hdel') written.deleted += words.length - 2;
    else written.fields += (words.length - 2) / 2;
    if (name === 'hset') written.bytes += line.length;
  };
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    monitored += chunk.length;
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line);
  });
  socket.write('MONITOR\r\n');
  return {
    end: async () => {
      const after = await netBytes(url);
      socket.destroy();
      return {
        roundTrips,
        commands,
        spaces,
        commits,
        bytesIn: after.in - before.in,
        // What MONITOR itself told goes out as well.
        bytesOut: after.out - before.out - monitored,
      };
    },
  };
}

export interface HashSize {
  readonly fields: number;
  readonly bytes: number;
}

const numberOf = (reply: string): number => Number(/^:(\d+)/.exec(reply)?.[1] ?? 0);

/** A space of a fold over all partitions. */
export async function sizeOf(
  url: string,
  fold: string,
  space: string,
  partitions: number,
): Promise<HashSize> {
  let fields = 0;
  let bytes = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const key = `{sw.${fold}.1.${partition}}:${space}`;
    fields += numberOf(await redisLine(url, 'HLEN', key));
    bytes += numberOf(await redisLine(url, 'MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  }
  return { fields, bytes };
}

/** Records that a fold has not got rid of yet. Cheap: it is asked again and again. */
export async function outboxOf(url: string, fold: string, partition: number): Promise<number> {
  return numberOf(await redisLine(url, 'HLEN', `{sw.${fold}.1.${partition}}:out`));
}

/** Next offset that a fold will apply; 0 if there is no state. */
export async function positionOf(url: string, fold: string, partition: number): Promise<number> {
  const reply = await redisLine(url, 'HGET', `{sw.${fold}.1.${partition}}:meta`, 'off');
  return Number(/\r\n(\d+)\r\n/.exec(reply)?.[1] ?? 0);
}
