/**
 * What one series of the samples was: 5 s steps for two hours, minutes for eight days. Rules sum the
 * first, attribution compares with both. Integers; a step nobody may use is absent.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';

export const STEPS_PER_MINUTE = 12;
const STEP_MS: number = MINUTE_MS / STEPS_PER_MINUTE;
/** Entries in one stored block: five minutes of steps, an hour of minutes. */
const BLOCK = 60;
const FINE_BLOCKS: number = (2 * HOUR_MS) / (BLOCK * STEP_MS) + 1;
const COARSE_BLOCKS: number = (8 * DAY_MS) / HOUR_MS + 1;
/** Longest span that is summed step by step. */
export const FINE_STEPS: number = (2 * HOUR_MS) / STEP_MS;

/** `sum` adds up over time (counts, money); `level` is read at the end of a step. */
export type HistoryKind = 'sum' | 'level';
type Grain = 'f' | 'c';
type Block = (number | null)[];

export interface BlockPut {
  readonly name: string;
  readonly text: string | null;
}

export class History {
  readonly kind: HistoryKind;
  readonly #blocks: Readonly<Record<Grain, Map<number, Block>>> = { f: new Map(), c: new Map() };
  readonly #dirty: Readonly<Record<Grain, Set<number>>> = { f: new Set(), c: new Set() };

  constructor(kind: HistoryKind) {
    this.kind = kind;
  }

  /** Value of the step with this index (start / 5 s); null where none is known. */
  at(step: number): number | null {
    return this.#get('f', step);
  }

  /** Value of a whole minute (start / 60 s); null unless all of it is known. */
  minute(minute: number): number | null {
    return this.#get('c', minute);
  }

  /** Steps come in order; null is not stored: an absent step and a skipped one are the same. */
  push(step: number, value: number | null): void {
    if (value !== null) this.#set('f', step, value);
    if (step % STEPS_PER_MINUTE === STEPS_PER_MINUTE - 1) this.#closeMinute(step);
    if (step % BLOCK === 0) this.expire(step);
  }

  /** Drops blocks that have left the kept spans as of `step`. */
  expire(step: number): void {
    this.#dropBelow('f', Math.floor(step / BLOCK) - FINE_BLOCKS);
    this.#dropBelow('c', Math.floor(step / STEPS_PER_MINUTE / BLOCK) - COARSE_BLOCKS);
  }

  /** Sum over `[from, to)` steps; null if one is missing. */
  sumSteps(from: number, to: number): number | null {
    return sumOf(from, to, (i) => this.at(i));
  }

  /** Sum over `[from, to)` minutes; null if one is missing. */
  sumMinutes(from: number, to: number): number | null {
    return sumOf(from, to, (i) => this.minute(i));
  }

  /** Changed blocks since the last call. */
  takeDirty(): BlockPut[] {
    const puts: BlockPut[] = [];
    for (const grain of ['f', 'c'] as const) {
      for (const index of this.#dirty[grain]) puts.push(this.#put(grain, index));
      this.#dirty[grain].clear();
    }
    return puts;
  }

  encode(): BlockPut[] {
    const puts: BlockPut[] = [];
    for (const grain of ['c', 'f'] as const) {
      const indexes = [...this.#blocks[grain].keys()].sort((a, b) => a - b);
      for (const index of indexes) puts.push(this.#put(grain, index));
    }
    return puts;
  }

  restore(name: string, text: string): void {
    const [grain, index] = name.split('/') as [Grain, string];
    this.#blocks[grain].set(Number(index), unpack(JSON.parse(text) as (number | null)[]));
  }

  #closeMinute(lastStep: number): void {
    const from = lastStep + 1 - STEPS_PER_MINUTE;
    const value =
      this.kind === 'level' ? this.at(lastStep) : this.sumSteps(from, from + STEPS_PER_MINUTE);
    if (value !== null) this.#set('c', from / STEPS_PER_MINUTE, value);
  }

  #get(grain: Grain, index: number): number | null {
    return this.#blocks[grain].get(Math.floor(index / BLOCK))?.[index % BLOCK] ?? null;
  }

  #set(grain: Grain, index: number, value: number): void {
    const blockIndex = Math.floor(index / BLOCK);
    let block = this.#blocks[grain].get(blockIndex);
    if (block === undefined) {
      block = [];
      this.#blocks[grain].set(blockIndex, block);
    }
    while (block.length < index % BLOCK) block.push(null);
    block[index % BLOCK] = value;
    this.#dirty[grain].add(blockIndex);
  }

  #dropBelow(grain: Grain, first: number): void {
    for (const index of this.#blocks[grain].keys()) {
      if (index >= first) continue;
      this.#blocks[grain].delete(index);
      this.#dirty[grain].add(index);
    }
  }

  #put(grain: Grain, index: number): BlockPut {
    const block = this.#blocks[grain].get(index);
    return { name: `${grain}/${index}`, text: block ? JSON.stringify(pack(block)) : null };
  }
}

function sumOf(from: number, to: number, read: (i: number) => number | null): number | null {
  let sum = 0;
  for (let i = from; i < to; i += 1) {
    const value = read(i);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

/** Runs of equal values as `value, count` pairs: a quiet hour is two numbers. */
function pack(block: Block): (number | null)[] {
  const packed: (number | null)[] = [];
  let count = 0;
  block.forEach((value, i) => {
    count += 1;
    if (i + 1 < block.length && block[i + 1] === value) return;
    packed.push(value, count);
    count = 0;
  });
  return packed;
}

function unpack(packed: readonly (number | null)[]): Block {
  const block: Block = [];
  for (let i = 0; i < packed.length; i += 2) {
    for (let k = 0; k < packed[i + 1]!; k += 1) block.push(packed[i]!);
  }
  return block;
}

/** Sum of the last `steps` steps of a history, kept as it moves. */
export class RollingSum {
  readonly #history: History;
  readonly #steps: number;
  #sum = 0;
  #missing: number;

  constructor(history: History, steps: number) {
    this.#history = history;
    this.#steps = steps;
    this.#missing = steps;
  }

  /** After the history took `step`, the one after the last. */
  push(step: number): void {
    this.#count(this.#history.at(step), 1);
    this.#count(this.#history.at(step - this.#steps), -1);
  }

  /** From scratch, as of the end of `step`. */
  resync(step: number): void {
    this.#sum = 0;
    this.#missing = this.#steps;
    for (let i = step - this.#steps + 1; i <= step; i += 1) this.#count(this.#history.at(i), 1);
  }

  /** Null unless every step of the span is known. */
  value(): number | null {
    return this.#missing === 0 ? this.#sum : null;
  }

  #count(value: number | null, sign: 1 | -1): void {
    if (value === null) return;
    this.#sum += sign * value;
    this.#missing -= sign;
  }
}
