/**
 * Recorded logs of facts and what a version of the folds makes of them. The bytes are kept for ever:
 * they are what an old store holds. What is expected of them is recorded anew with each version.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sampleCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { createDetectFold, DETECT_FOLD_CODE } from '@sapwood/core/detect-fold';
import type { Fact } from '@sapwood/core/facts';
import { createFactFold, FACT_FOLD_CODE, type FactFold } from '@sapwood/core/fold';
import type { OutboxEntry } from '@sapwood/core/fold-contract';
import type { Sample } from '@sapwood/core/samples';

const FOLDER = fileURLToPath(new URL('./recorded/', import.meta.url));
const LENGTH_BYTES = 4;
/** Series are written down in so many places of a log, the last one at its end. */
const INSTANTS = 3;

export interface Expected {
  /** Of the fold over facts. */
  readonly code: string;
  /** Of the fold over samples. */
  readonly detectCode: string;
  readonly facts: number;
  /** Every series with a value and the tree, after so many facts. */
  readonly instants: readonly { readonly offset: number; readonly series: unknown }[];
  /** The state at the end as it is stored: another text needs another code, too. */
  readonly state: Readonly<Record<string, unknown>>;
  /** What left, in order: `topic count sha256`, and the events in words. */
  readonly left: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly alerts: readonly unknown[];
}

export const recordedNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => name.slice(0, -'.bin'.length))
    .sort();
export const binPath = (name: string): string => `${FOLDER}${name}.bin`;
export const expectedPath = (name: string): string => `${FOLDER}${name}.expected`;

export function readRecords(name: string): Uint8Array[] {
  const bytes = readFileSync(binPath(name));
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    records.push(bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length));
    at += LENGTH_BYTES + length;
  }
  return records;
}

export function writeRecords(records: readonly Uint8Array[]): Buffer {
  const parts = records.flatMap((record) => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(record.length);
    return [length, record];
  });
  return Buffer.concat(parts);
}

export const readExpected = (name: string): Expected =>
  JSON.parse(readFileSync(expectedPath(name), 'utf8')) as Expected;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hash32 = (text: string): string => sha256(text).slice(0, 32);

/** As JSON has it: what is undefined is left out. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function seriesOf(fold: FactFold): Record<string, unknown> {
  const keys = [...fold.keys()].sort();
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = fold.read(key);
      return value === null ? [] : [[key, plain(value)]];
    }),
  );
}

function apply(fold: FactFold, fact: Fact, offset: number): readonly OutboxEntry[] {
  fold.advance(fold.timeOf(fact));
  const verdict = fold.judge(fact);
  if (verdict.kind === 'ok') fold.ingest(fact, offset);
  else fold.quarantined(fact.workspace, 'refused');
  return fold.touched().outbox;
}

function alertsOf(outbox: readonly OutboxEntry[]): unknown[] {
  const fold = createDetectFold({ hash: sha256, topology: 1 });
  const samples = outbox.filter(({ topic }) => topic === 'samples.v1');
  return samples.flatMap(({ record, seq }, offset) => {
    const sample = sampleCodec.decode(sampleCodec.encode({ ...(record as Sample), seq }));
    fold.advance(fold.timeOf(sample));
    if (fold.judge(sample).kind === 'ok') fold.ingest(sample, offset);
    return fold.touched().outbox.map((alert) => plain(alert.record));
  });
}

function leftOf(outbox: readonly OutboxEntry[]): Record<string, string> {
  const topics = [...new Set(outbox.map(({ topic }) => topic))].sort();
  return Object.fromEntries(
    topics.map((topic) => {
      const own = outbox.filter((entry) => entry.topic === topic);
      return [topic, `${own.length} ${sha256(JSON.stringify(own))}`];
    }),
  );
}

interface EventWords {
  readonly op: string;
  readonly kind: string;
  readonly conversation: string;
  readonly at: number;
}

/** Folds a recorded log with the code at hand. */
export function foldRecords(records: readonly Uint8Array[]): Expected {
  const fold = createFactFold({ topology: 1, hash: hash32 });
  const stride = Math.ceil(records.length / INSTANTS);
  const instants: { offset: number; series: unknown }[] = [];
  const outbox: OutboxEntry[] = [];
  for (const [offset, bytes] of records.entries()) {
    outbox.push(...apply(fold, factCodec.decode(bytes), offset));
    const count = offset + 1;
    if (count % stride === 0 || count === records.length) {
      instants.push({ offset: count, series: seriesOf(fold) });
    }
  }
  const events = outbox.filter(({ topic }) => topic === 'events.v1');
  return {
    code: FACT_FOLD_CODE,
    detectCode: DETECT_FOLD_CODE,
    facts: records.length,
    instants,
    state: Object.fromEntries(
      [...fold.encode()].map(([space, field, text]) => [`${space} ${field}`, parsed(text)]),
    ),
    left: leftOf(outbox),
    events: events.map(({ record }) => {
      const { op, kind, conversation, at } = record as EventWords;
      return `${op} ${kind} ${conversation} ${new Date(at).toISOString()}`;
    }),
    alerts: alertsOf(outbox),
  };
}

/** A conversation is written in two lines, everything else in one. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  const [first, ...more] = text.split('\n').map((line): unknown => JSON.parse(line));
  return more.length === 0 ? first : [first, ...more];
}

/** The first place where two folds of one log differ, in words; null if nowhere. */
export function differenceOf(was: unknown, is: unknown, path = ''): string | null {
  if (Object.is(was, is)) return null;
  const containers = [was, is].every((value) => typeof value === 'object' && value !== null);
  if (!containers) return `${path}: ${JSON.stringify(was)} became ${JSON.stringify(is)}`;
  const [before, after] = [was, is] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(before!), ...Object.keys(after!)])) {
    const found = differenceOf(before![key], after![key], path === '' ? key : `${path} › ${key}`);
    if (found) return found;
  }
  return null;
}

/** What is to be done about a difference under the code that it was recorded with; null if none is. */
export function verdictOn(name: string, was: Expected, is: Expected): string | null {
  if (was.code !== is.code || was.detectCode !== is.detectCode) {
    return `${name} was recorded under ${was.code} and ${was.detectCode}, the code is ${is.code} and ${is.detectCode}: run \`npx node tests/replay/record.ts\`, and look at what changed in what is expected.`;
  }
  const { alerts: alertsWere, ...rest } = was;
  const { alerts, ...others } = is;
  const facts = differenceOf(rest, others);
  if (facts) {
    return `${name} is folded otherwise than recorded under the unchanged ${was.code} (${facts}): raise FACT_FOLD_CODE in packages/core/fold/fold.ts, so that stores are rebuilt, then run \`npx node tests/replay/record.ts\`.`;
  }
  const detected = differenceOf(alertsWere, alerts);
  if (!detected) return null;
  return `${name} gives other alerts than recorded under the unchanged ${was.detectCode} (${detected}): raise DETECT_FOLD_CODE in packages/core/detect-fold.ts, so that stores are rebuilt, then run \`npx node tests/replay/record.ts\`.`;
}
