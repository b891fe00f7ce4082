/**
 * Letters as a bad network brings them: of conversations spread over the last day, each letter up to
 * fifty times, in no order at all. One seed, one sequence; it never ends.
 */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { letterFrom } from '../support/desk.ts';
import { clock } from '../support/process.ts';
import type { Letter } from './desk-letters.ts';

const DAY_MS = 24 * 3_600_000;
const ANSWER_MS = 2 * 3_600_000;
const COPIES_MAX = 50;
/** Most letters come once or twice, some many times: a power of a fair number. */
const SKEW = 4;
/** Waiting to be drawn: how far a letter may be from its neighbours. */
const POOL = 4_000;
const CHANNELS = ['email', 'chat', 'slack'] as const;

export function createShuffledDesk(seed: number): () => Letter {
  const rng = createSeededRng(seed);
  const pool: Letter[] = [];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(rng.next() * from.length)]!;

  /** Opened by a customer, answered or not, perhaps asked again. */
  const conversation = (): Letter[] => {
    const issue = rng.id();
    const createdAt = clock.now() - Math.floor(rng.next() * DAY_MS);
    const base = { issue, createdAt, channel: pick(CHANNELS) } as const;
    const body = (more: object): string =>
      letterFrom({ ...base, kind: 'issue_message_new', message: rng.id(), ...more });
    const at = (): number => Math.min(clock.now(), createdAt + Math.floor(rng.next() * ANSWER_MS));
    const letters = [
      body({ kind: 'issue_new', author: 'customer', sentAt: createdAt }),
      body({ author: 'team', status: 'waiting_on_customer', assignee: 'agent-1', sentAt: at() }),
      body({ author: 'customer', status: 'waiting_on_you', sentAt: at() }),
    ];
    const heard = letters.slice(0, 1 + Math.floor(rng.next() * letters.length));
    return heard.map((text) => ({ to: 'hook', issue, body: text }));
  };
  const fill = (): void => {
    for (const letter of conversation()) {
      const copies = 1 + Math.floor(rng.next() ** SKEW * COPIES_MAX);
      for (let i = 0; i < copies; i++) pool.push(letter);
    }
  };
  return () => {
    while (pool.length < POOL) fill();
    const at = Math.floor(rng.next() * pool.length);
    const drawn = pool[at]!;
    pool[at] = pool.at(-1)!;
    pool.pop();
    return drawn;
  };
}
