/** The laws of the fold over the facts of a whole log, without a property library: its size forbids many runs. */
import { createHash } from 'node:crypto';
import type { Fact } from '@sapwood/core/facts';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import { tick } from '../facts.ts';

const MINUTE_MS = 60_000;
/** How many of the facts come twice where any order is tried. */
const TWICE = 0.1;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const newFold = (): FactFold => createFactFold({ topology: 1, hash });

function applyAll(fold: FactFold, facts: readonly Fact[], from = 0): void {
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    if (fold.judge(fact).kind === 'ok') fold.ingest(fact, from + i);
    fold.touched();
  }
}

export function foldOnce(facts: readonly Fact[]): FactFold {
  const fold = newFold();
  applyAll(fold, facts);
  return fold;
}

/** Stopped at a cut, and gone on from what was stored. */
export function foldWithCut(facts: readonly Fact[], cut: number): FactFold {
  const first = newFold();
  applyAll(first, facts.slice(0, cut));
  const second = newFold();
  second.restore(first.encode(), first.T as LogTime);
  applyAll(second, facts.slice(cut), cut);
  return second;
}

type Texts = ReadonlyMap<string, string | null>;

export const stateOf = (fold: FactFold): Texts =>
  new Map([...fold.encode()].map(([space, field, text]) => [`${space} ${field}`, text]));

/** Counts of deliveries, open steps of samples, and rows ever published: they remember the way. */
const OF_THE_WAY = /\/(fates$|sampler$|row\/)| \.seq/;
/** The state but for what remembers the way to it. */
export const decodedOf = (fold: FactFold): Texts =>
  new Map([...stateOf(fold)].filter(([field]) => !OF_THE_WAY.test(field)));

/** What both show of every series that either of them ever had. */
export function valuesOf(fold: FactFold, other: FactFold): readonly unknown[] {
  const keys = new Set([...fold.keys(), ...other.keys()]);
  return [...keys].sort().map((key) => fold.read(key));
}

/** With other ticks: none of those of the log, and one every so often. */
export function tickedEvery(facts: readonly Fact[], everyMs: number): Fact[] {
  const out: Fact[] = [];
  let next = facts[0]!.recordedAt;
  for (const [i, fact] of facts.entries()) {
    while (next + everyMs < fact.recordedAt) {
      next += everyMs;
      out.push(tickOf(fact, next));
    }
    // The last one stays: both logs must end alike.
    if (fact.kind !== 'tick' || i === facts.length - 1) out.push(fact);
  }
  return out;
}

const tickOf = ({ workspace }: Fact, at: number): Fact => ({ ...tick(at), workspace });

const isWord = ({ kind }: Fact): boolean => /^(correction|close)\./.test(kind);
/** What is declared and who there is: of these the order is what they say. */
const COMES_FIRST = /^(config|user|team|account|contact|status)\./;
const KEEPS_TIME = /^(tick|source\.heartbeat)$/;

/**
 * The facts as they came, and in another order with some of them twice. All are stamped behind the last
 * one, since an early stamp would call an instant suspect; of two words the one recorded last holds, so
 * words keep theirs.
 */
export function disordered(
  facts: readonly Fact[],
  seed: number,
): readonly [inOrder: Fact[], other: Fact[]] {
  const rng = createSeededRng(seed);
  const last = facts.at(-1)!.recordedAt;
  const head = facts.filter(({ kind }) => COMES_FIRST.test(kind));
  const story = facts
    .filter(({ kind }) => !COMES_FIRST.test(kind) && !KEEPS_TIME.test(kind))
    .map((fact) => ({ ...fact, group: null }) as Fact);
  const stampOf = new Map(story.map((fact, i) => [fact, last + i]));
  const stamped = (fact: Fact, i: number): Fact => ({
    ...fact,
    recordedAt: isWord(fact) ? stampOf.get(fact)! : last + i,
  });
  const doubled = story.flatMap((fact) => (rng.next() < TWICE ? [fact, fact] : [fact]));
  const end = tickOf(head[0]!, last + doubled.length + MINUTE_MS);
  const inOrder = [...head, ...story.map(stamped), end];
  return [inOrder, [...head, ...shuffled(doubled, rng).map(stamped), end]];
}

function shuffled(facts: readonly Fact[], rng: Rng): Fact[] {
  const pool = [...facts];
  for (let i = pool.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool;
}
