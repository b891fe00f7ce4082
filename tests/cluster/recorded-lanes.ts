/**
 * Recorded logs as the embedded engine holds them: the bytes of `facts.v1` and the state it folded.
 * Each goes to a workspace whose partition nobody else has, so that its state is alone there.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAggregator } from '@sapwood/aggregator/app';
import { metricCodec } from '@sapwood/contracts/codec';
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import type { NewRecord } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import { newFactFold, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { readRecords, recordedNames } from '../replay/recording.ts';
import { recordedLog } from '../support/independent/data.ts';
import { excerptOf, type Stretch } from '../support/independent/excerpt.ts';
import { readTopic } from '../support/journal.ts';
import { clock, type Workshop } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { byWhole } from '../support/size.ts';

const MAPPINGS = new URL('../../packages/cli/mappings/', import.meta.url);
const APPEND_RECORDS = 500;
const FOLD_MS = byWhole(60_000, 10 * 60_000);
/** Folder in which the stores of replays stay from run to run: the whole logs take most of an hour. */
const KEPT = process.env['SAPWOOD_TEST_REPLAYS'];

export interface Lane {
  /** Of the log, or of two that share it. */
  readonly name: string;
  readonly partition: number;
  readonly workspaces: readonly string[];
  /** What the embedded engine made of it. */
  readonly engine: Sqlite;
  readonly records: readonly NewRecord[];
}

/** A log before it has a workspace of its own. */
interface Source {
  readonly name: string;
  readonly facts: readonly NewRecord[];
  /** Folder of the store that a replay left behind, in which these facts are folded already. */
  readonly data?: string;
}

interface Replayed {
  readonly name: string;
  readonly log: string;
  readonly mapping: string;
  /** The fullest hours of it; null: all. */
  readonly excerpt: Stretch | null;
}

const BANK = { mapping: 'bank.yaml', excerpt: null } as const;
const REPLAYED: readonly Replayed[] = [
  {
    ...{ name: 'care', log: 'tickets/care_messages.csv', mapping: 'care.yaml' },
    excerpt: byWhole<Stretch | null>({ case: 'conversation', at: 'at', hours: 48 }, null),
  },
  {
    ...{ name: 'incidents', log: 'tickets/volvo_it_incidents.csv.gz', mapping: 'volvo.yaml' },
    excerpt: byWhole<Stretch | null>({ case: 'case', at: 'changed_at', hours: 3 }, null),
  },
  {
    ...{ name: 'help-desk', log: 'tickets/helpdesk.csv', mapping: 'helpdesk.yaml' },
    excerpt: byWhole<Stretch | null>({ case: 'CaseID', at: 'CompleteTimestamp', hours: 24 }, null),
  },
  ...byWhole<readonly Replayed[]>(
    [],
    [
      { ...BANK, name: 'bank-january', log: 'anonymous_bank/1999_01_january.txt.gz' },
      { ...BANK, name: 'bank-february', log: 'anonymous_bank/1999_02_february.txt.gz' },
    ],
  ),
];

const workspaceOf = ({ facts }: Source): string => factCodec.decode(facts[0]!.value!).workspace;

function readRecorded(name: string): Source {
  const facts = readRecords(name).map((value): NewRecord => {
    const { entity } = factCodec.decode(value);
    return { key: entity, value };
  });
  return { name, facts };
}

async function replayed(workshop: Workshop, found: Replayed): Promise<Source | null> {
  const { name, log, mapping, excerpt } = found;
  const whole = recordedLog(log);
  if (!whole) return null;
  const file = excerpt ? excerptOf(whole, excerpt, workshop.folder()) : whole;
  const data = excerpt || KEPT === undefined ? workshop.folder() : join(KEPT, name);
  if (!existsSync(join(data, 'sapwood.db'))) {
    mkdirSync(data, { recursive: true });
    const rules = new URL(mapping, MAPPINGS).pathname;
    const args = ['replay', file, '--mapping', rules, '--data', data];
    const { code, stderr } = await workshop.start(args).ended;
    if (code !== 0) throw new Error(`replay of ${name} ended with ${code}: ${stderr}`);
  }
  const engine = createSqlite({ file: join(data, 'sapwood.db'), clock, readOnly: true });
  try {
    const facts = await readTopic(engine.log, TOPICS.facts.name);
    return { name, data, facts: facts.map(({ key, value }) => ({ key, value })) };
  } finally {
    await engine.close();
  }
}

/** The same observations of another workspace: other bytes, as its own normalizer would write them. */
function renamed({ name, facts }: Source, workspace: string): Source {
  return {
    name,
    facts: facts.map(({ key, value }) => {
      const fact = { ...factCodec.decode(value!), workspace };
      return { key, value: factCodec.encode({ ...fact, factId: factIdOf(fact) }) };
    }),
  };
}

/** A name whose partition is `partition`, the same each time. */
function nameIn(partition: number, partitions: number, stem: string): string {
  for (let i = 1; ; i++) {
    const name = `${stem}-${i}`;
    if (partitionOf(name, partitions) === partition) return name;
  }
}

/** Each log a partition; it keeps its bytes where its own workspace has one that is free. */
function placed(sources: readonly Source[], partitions: number): Map<number, Source> {
  const places = new Map<number, Source>();
  const rest: Source[] = [];
  for (const source of sources) {
    const home = partitionOf(workspaceOf(source), partitions);
    if (places.has(home)) rest.push(source);
    else places.set(home, source);
  }
  for (let partition = 0; rest.length > 0; partition++) {
    if (places.has(partition)) continue;
    const source = rest.shift()!;
    places.set(partition, renamed(source, nameIn(partition, partitions, source.name)));
  }
  return places;
}

/** Record for record in turn: what one workspace does beside another. */
function interleaved(partition: number, partitions: number, both: readonly Source[]): Source {
  const own = both.map((one) => renamed(one, nameIn(partition, partitions, `beside-${one.name}`)));
  const longest = Math.max(...own.map(({ facts }) => facts.length));
  const turns = Array.from({ length: longest }, (_, i) =>
    own.flatMap(({ facts }) => facts[i] ?? []),
  );
  return { name: own.map(({ name }) => name).join(' beside '), facts: turns.flat() };
}

async function laneOf(workshop: Workshop, partition: number, source: Source): Promise<Lane> {
  const { name, facts, data } = source;
  const workspaces = new Set(facts.map(({ value }) => factCodec.decode(value!).workspace));
  const file = join(data ?? workshop.folder(), 'sapwood.db');
  const engine = createSqlite({ file, clock, durability: 'NORMAL' });
  if (data === undefined) {
    for (let i = 0; i < facts.length; i += APPEND_RECORDS) {
      const some = facts.slice(i, i + APPEND_RECORDS);
      const { kind } = await engine.log.append(TOPICS.facts.name, 0, some);
      if (kind !== 'durable') throw new Error(`${name}: an append was ${kind}`);
    }
  }
  await foldEmbedded(engine, facts.length, workspaces.size);
  return { name, partition, workspaces: [...workspaces], engine, records: facts };
}

/** Until everything is folded, and published at the head: a claim tells also what was told before. */
async function foldEmbedded(engine: Sqlite, head: number, workspaces: number): Promise<void> {
  const ports = { clock, rng: createSystemRng(), telemetry: () => {} };
  const fold = { createFold: newFactFold, topology: TOPOLOGY, foreignCode: 'stop' } as const;
  const aggregator = createAggregator({ ...engine, ...ports, ...fold });
  const scope = { fold: 'facts', topology: TOPOLOGY, partition: 0 };
  await aggregator.start();
  const isTold = async (): Promise<boolean> => {
    if ((await engine.store.meta(scope))?.off !== head) return false;
    const records = await readTopic(engine.log, TOPICS.metrics.name);
    const frames = records.map(({ value }) => value && metricCodec.decode(value).frame);
    return frames.filter((frame) => frame?.offset === head).length >= workspaces;
  };
  try {
    await until(clock, 'the embedded engine has folded', isTold, FOLD_MS);
  } finally {
    await aggregator.stop();
  }
}

/** Every recorded log, those that a replay makes where their files are at hand, and two in one partition. */
export async function recordedLanes(workshop: Workshop): Promise<readonly Lane[]> {
  const recorded = recordedNames().map(readRecorded);
  const replays = await Promise.all(REPLAYED.map((found) => replayed(workshop, found)));
  const sources = [...replays.filter((source) => source !== null), ...recorded];
  const partitions = sources.length + 1;
  const places = placed(sources, partitions);
  const free = Array.from({ length: partitions }, (_, p) => p).find((p) => !places.has(p))!;
  places.set(free, interleaved(free, partitions, recorded.slice(0, 2)));
  return Promise.all([...places].map(([partition, source]) => laneOf(workshop, partition, source)));
}
