/** StateStore in memory, with the answers of the commit script and two places for the outbox. */
import { RuntimeError } from '../errors.ts';
import type {
  ClaimAnswer,
  Commit,
  CommitAnswer,
  Meta,
  OutboxRecord,
  Rng,
  Scope,
  StateStore,
  StoredPut,
} from '../ports.ts';
import { chance, type Struck } from './faults.ts';
import type { Process } from './process.ts';
import { type SimulatedScope, scopeName, type World, writeRecords } from './world.ts';

/** Probabilities, 0 to 1. */
export interface StoreFaults {
  /** The commit happened, its answer did not arrive. */
  readonly lostCommitAnswer?: number;
  /** The commit did not happen, nor did an answer arrive. */
  readonly lostCommit?: number;
  /** As a lost commit, but it reaches the store later, after others or the same one again. */
  readonly lateCommit?: number;
  readonly lateCommitMsMax?: number;
}

/** `log`: a commit appends its outbox itself, as SQLite does. `store`: the relay does, as with Redis. */
export type OutboxPlace = 'log' | 'store';

const SEPARATOR = '\0';

export interface SimulatedStoreDeps {
  readonly world: World;
  readonly process: Process;
  readonly rng: Rng;
  readonly faults: () => StoreFaults;
  readonly outbox: OutboxPlace;
  readonly struck: Struck;
}

function putAll(state: Map<string, Uint8Array>, puts: Iterable<StoredPut>): void {
  for (const [space, field, bytes] of puts) {
    const name = space + SEPARATOR + field;
    if (bytes === null) state.delete(name);
    else state.set(name, new Uint8Array(bytes));
  }
}

/** The check of the commit script, in its order; null where the commit may go on. */
function refusal(found: SimulatedScope | undefined, commit: Commit): CommitAnswer | null {
  if (!found) return 'EMPTY';
  if (found.meta.cid === commit.cid) return 'APPLIED';
  if (found.meta.own !== commit.own) return 'FENCED';
  if (found.meta.code !== commit.code) return 'CODE';
  return found.meta.off === commit.expected ? null : 'OFFSET';
}

export function createSimulatedStore(deps: SimulatedStoreDeps): StateStore {
  const { world, process, rng, faults, outbox: place, struck } = deps;
  const find = (scope: Scope): SimulatedScope | undefined => world.scopes.get(scopeName(scope));
  const strikes = (kind: Parameters<Struck>[0], probability: number | undefined): boolean => {
    const hit = chance(rng, probability);
    if (hit) struck(kind);
    return hit;
  };
  const unanswered = (): RuntimeError =>
    new RuntimeError('SAPWOOD_STORE_UNREACHABLE', 'The answer was lost.', { retriable: true });

  const emit = (found: SimulatedScope, entries: readonly OutboxRecord[]): void => {
    if (place === 'store') {
      found.outbox.push(...entries);
      return;
    }
    for (const entry of entries) {
      const part = world.parts.get(entry.topic)?.[entry.partition];
      if (!part) throw new RuntimeError('SAPWOOD_TOPIC_UNKNOWN', `There is no ${entry.topic}.`);
      writeRecords(world, part, [entry]);
      world.waiters.wake(part.name);
    }
  };
  const commitNow = (
    scope: Scope,
    commit: Commit,
    puts: readonly StoredPut[],
    entries: readonly OutboxRecord[],
  ): CommitAnswer => {
    const found = find(scope);
    const refused = refusal(found, commit);
    if (refused) return refused;
    putAll(found!.state, puts);
    emit(found!, entries);
    const { own, next: off, tail, cid, code, T } = commit;
    found!.meta = { own, off, tail, cid, code, T };
    return 'OK';
  };
  const commitOrFail = (...commit: Parameters<typeof commitNow>): CommitAnswer => {
    const { lostCommit, lostCommitAnswer, lateCommit, lateCommitMsMax = 5_000 } = faults();
    if (strikes('lost commit', lostCommit)) throw unanswered();
    if (strikes('late commit', lateCommit)) {
      const ms = Math.ceil(rng.next() * lateCommitMsMax);
      world.clock.after(ms, () => void commitNow(...commit));
      throw unanswered();
    }
    const answer = commitNow(...commit);
    if (strikes('lost commit answer', lostCommitAnswer)) throw unanswered();
    return answer;
  };
  const claimNow = (scope: Scope, own: string, code: string): ClaimAnswer => {
    const found = find(scope);
    if (!found) return { kind: 'EMPTY' };
    if (found.meta.code !== code) return { kind: 'CODE', stored: found.meta.code };
    found.meta = { ...found.meta, own };
    return { kind: 'claimed', meta: found.meta };
  };
  const bootstrapNow = (scope: Scope, meta: Meta, puts: Iterable<StoredPut>): 'OK' | 'EXISTS' => {
    const found = find(scope);
    if (found && found.meta.code === meta.code) return 'EXISTS';
    const fresh: SimulatedScope = { meta: { ...meta }, state: new Map(), outbox: [] };
    putAll(fresh.state, puts);
    world.scopes.set(scopeName(scope), fresh);
    return 'OK';
  };
  async function* load(scope: Scope): AsyncIterable<StoredPut> {
    const state = await process.call(() => [...(find(scope)?.state ?? [])].sort(byName));
    for (const [name, bytes] of state) {
      const cut = name.indexOf(SEPARATOR);
      yield [name.slice(0, cut) as StoredPut[0], name.slice(cut + 1), bytes];
    }
  }
  return {
    claim: (scope, own, code) => process.call(() => claimNow(scope, own, code)),
    meta: (scope) => process.call(() => find(scope)?.meta ?? null),
    load,
    bootstrap: (scope, meta, puts) => process.call(() => bootstrapNow(scope, meta, puts)),
    commit: (scope, commit, puts, entries) =>
      process.call(() => commitOrFail(scope, commit, puts, entries)),
    pending: (scope, max) => process.call(() => [...(find(scope)?.outbox ?? [])].slice(0, max)),
    settle: (scope, own, entries) =>
      process.call(() => {
        const found = find(scope);
        if (!found || found.meta.own !== own) return;
        const gone = new Set(entries.map(({ topic, seq }) => `${topic}|${seq}`));
        found.outbox = found.outbox.filter(({ topic, seq }) => !gone.has(`${topic}|${seq}`));
      }),
    getRecord: (name) => process.call(() => world.records.get(name) ?? null),
    putRecord: (name, bytes) =>
      process.call(() => {
        if (bytes === null) world.records.delete(name);
        else world.records.set(name, new Uint8Array(bytes));
      }),
    close: async () => process.close(),
  };
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number =>
  a < b ? -1 : Number(a > b);
