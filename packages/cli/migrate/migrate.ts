/**
 * Moves an embedded store to Kafka and Redis: copy and compare, positions, rebuild. Each step looks at
 * what is there first, so the same call again goes on with a migration that was interrupted.
 */
import { createHash } from 'node:crypto';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Clock, Rng } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { Config } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';
import { TOPOLOGY } from '../facts-fold.ts';
import { type Copied, compareTopic, copyTopic, sizesOf, type Target } from './copy.ts';
import { markMoved } from './moved.ts';
import { type Engine, type Flow, flowsOf } from './origin.ts';
import { compareState, rebuild, type StateCompared } from './rebuild.ts';
import { moveRecords, nextEpoch } from './records.ts';

/** In the new store, once everything was copied and the services may begin. */
const RECORD = 'migrate/copied';
/** What follows from the facts: with anything in these somebody has folded there before. */
const DERIVED: readonly string[] = [
  TOPICS.samples,
  TOPICS.metrics,
  TOPICS.events,
  TOPICS.alerts,
  TOPICS.dlqFacts,
  TOPICS.dlqRaw,
].map(({ name }) => name);

export interface MigrateDeps {
  /** Opened for writing, so that nobody else is. */
  readonly from: Engine;
  readonly to: Engine;
  readonly config: Config;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly say: (text: string) => void;
}

export interface Migrated {
  /** Empty where an earlier call has copied it. */
  readonly copied: readonly Copied[];
  readonly state: StateCompared;
}

/** Throws `UserError` with what stands in the way. */
export async function migrate(deps: MigrateDeps): Promise<Migrated> {
  const { from, to, clock, say } = deps;
  const identity = await identityOf(from);
  const done = textOf(await to.store.getRecord(RECORD));
  if (done !== '' && done !== identity) throw otherStore();
  const target: Target = { log: to.log, clock, say };
  const copied = done === '' ? await copyAll(deps, target) : [];
  await to.store.putRecord(RECORD, Buffer.from(identity));
  await markMoved(from.store, identity);
  say(done === '' ? 'All is copied; the state is folded there.' : 'All was copied before.');
  await rebuild(to, deps);
  return { copied, state: await compareState(from, to) };
}

async function copyAll(deps: MigrateDeps, target: Target): Promise<Copied[]> {
  const { from, to, config, say } = deps;
  await requireUnused(to, target);
  const epoch = await nextEpoch(from.store, config);
  const partitions = await to.log.partitions(TOPICS.facts.name);
  const flows = await flowsOf({ engine: from, config, partitions, epoch });
  // Everything is looked at before the first record is written.
  for (const flow of flows) await compareTopic(flow, target, false);
  for (const flow of flows) await copyOne(flow, target);
  const copied: Copied[] = [];
  for (const flow of flows) copied.push(await compareTopic(flow, target, true));
  say('Every record was read back and is the same.');
  await moveRecords({ from: from.store, to: to.store }, config, epoch);
  return copied;
}

async function copyOne(flow: Flow, target: Target): Promise<void> {
  const there = (await sizesOf(target, flow.topic)).reduce((sum, size) => sum + size, 0);
  const goesOn = there === 0 ? '' : `, of which ${there.toLocaleString('en-GB')} are there already`;
  target.say(`${flow.topic}: at most ${flow.most.toLocaleString('en-GB')} records${goesOn}`);
  await copyTopic(flow, target);
}

async function requireUnused({ store }: Engine, target: Target): Promise<void> {
  for (const topic of DERIVED) {
    const sizes = await sizesOf(target, topic);
    if (sizes.every((size) => size === 0)) continue;
    throw new UserError(
      `${topic} on Kafka is not empty, so services have run there: delete the topics, run "sapwood topics apply", and migrate into empty ones.`,
    );
  }
  for (
    let partition = 0;
    partition < (await target.log.partitions(TOPICS.facts.name));
    partition++
  ) {
    if (!(await store.meta({ fold: 'facts', topology: TOPOLOGY, partition }))) continue;
    throw new UserError(
      'Redis has the state of another log: give this installation a "prefix" of its own under "redis", or an empty Redis.',
    );
  }
}

const otherStore = (): UserError =>
  new UserError(
    'Another store was migrated to this Redis, or this one has gone on since: migrate into empty topics and an empty Redis.',
  );

const textOf = (bytes: Uint8Array | null): string => (bytes ? new TextDecoder().decode(bytes) : '');

/** Tells two stores apart, and one store from itself after it went on. */
async function identityOf({ log }: Engine): Promise<string> {
  const hash = createHash('sha256');
  for (const { name } of [TOPICS.facts, TOPICS.rawPylon, TOPICS.rawCost]) {
    const { low, high } = await log.bounds(name, 0);
    const [last] = high > low ? await log.read(name, 0, high - 1, { max: 1, waitMs: 0 }) : [];
    hash.update(`${name} ${high} `).update(last?.value ?? '');
  }
  return hash.digest('hex');
}
