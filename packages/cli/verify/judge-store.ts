/** (a) and (c): the stored state and the published values against a fold made anew from the log. */
import { metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { FactFold } from '@sapwood/core/fold';
import type { Put } from '@sapwood/core/fold-contract';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import { canonicalJson } from '@sapwood/core/num';
import { applyRecord } from '@sapwood/runtime/apply';
import type { EventLog, LogRecord, Meta, Scope, StateStore } from '@sapwood/runtime/ports';
import { UserError } from '../exit.ts';
import { newFactFold, TOPOLOGY } from '../facts-fold.ts';
import { walk } from './pass.ts';

const SCOPE: Scope = { fold: 'facts', topology: TOPOLOGY, partition: 0 };
/** A running writer may commit between the two looks at its position. */
const LOADS_MAX = 20;
const FRAME = 'frame/';

export interface StoreDifference {
  readonly field: string;
  readonly stored: string | null;
  readonly refolded: string | null;
}

export interface StoreJudged {
  readonly state: readonly StoreDifference[];
  readonly published: readonly StoreDifference[];
}

type Puts = ReadonlyMap<string, string>;

interface Published {
  readonly frames: ReadonlyMap<string, Frame>;
  readonly records: ReadonlyMap<string, MetricRecord>;
}

export async function judgeStore(log: EventLog, store: StateStore): Promise<StoreJudged> {
  const { meta, puts } = await loadStable(store);
  const published = await readPublished(log);
  const fold = newFactFold();
  if (meta.code !== fold.code) {
    throw new UserError(`The state is of version ${meta.code}, this program of ${fold.code}.`);
  }
  const state: StoreDifference[] = [];
  const shown: StoreDifference[] = [];
  const stops = new Set([...published.frames.values()].map((frame) => frame.offset));
  const look = (off: number): void => {
    if (off === meta.off) state.push(...compareState(puts, putsOf(fold.encode())));
    if (stops.has(off)) shown.push(...comparePublished(fold, off, published));
  };
  look(0);
  const each = (record: LogRecord): void => {
    applyRecord(fold, factCodec, record);
    look(record.offset + 1);
  };
  await walk(log, 0, Math.max(meta.off, ...stops), each, () => fold.touched());
  return { state, published: shown };
}

/** The stored puts of one offset. */
async function loadStable(store: StateStore): Promise<{ meta: Meta; puts: Puts }> {
  for (let i = 0; i < LOADS_MAX; i++) {
    const meta = await store.meta(SCOPE);
    if (!meta) throw new UserError('The store holds no state yet: start Sapwood once.');
    const puts = new Map<string, string>();
    for await (const [space, field, bytes] of store.load(SCOPE)) {
      if (bytes) puts.set(`${space} ${field}`, new TextDecoder().decode(bytes));
    }
    const after = await store.meta(SCOPE);
    if (after?.off === meta.off && after.cid === meta.cid) return { meta, puts };
  }
  throw new UserError(
    'The state changes too fast to be read whole: try again in a quieter moment.',
  );
}

function putsOf(puts: Iterable<Put>): Puts {
  const texts = new Map<string, string>();
  for (const [space, field, text] of puts) if (text !== null) texts.set(`${space} ${field}`, text);
  return texts;
}

function compareState(stored: Puts, refolded: Puts): StoreDifference[] {
  const fields = [...new Set([...stored.keys(), ...refolded.keys()])].sort();
  return fields
    .filter((field) => stored.get(field) !== refolded.get(field))
    .map((field) => ({
      field,
      stored: stored.get(field) ?? null,
      refolded: refolded.get(field) ?? null,
    }));
}

async function readPublished(log: EventLog): Promise<Published> {
  const { name } = TOPICS.metrics;
  const frames = new Map<string, Frame>();
  const records = new Map<string, MetricRecord>();
  const { low, high } = await log.bounds(name, 0);
  for (let from = low; from < high; ) {
    const page = await log.read(name, 0, from, { max: 1_000, waitMs: 0 });
    if (page.length === 0) break;
    for (const { key, value } of page) {
      if (key === null) continue;
      if (!value) {
        records.delete(key);
        continue;
      }
      const record = metricCodec.decode(value);
      if (record.frame) frames.set(key.slice(FRAME.length), record.frame);
      else records.set(key, record);
    }
    from = page.at(-1)!.offset + 1;
  }
  return { frames, records };
}

/** What was published and what the fold says, at the offset of the workspace's newest frame. */
function comparePublished(
  fold: FactFold,
  off: number,
  { frames, records }: Published,
): StoreDifference[] {
  const found: StoreDifference[] = [];
  for (const [workspace, frame] of frames) {
    if (frame.offset !== off) continue;
    const isOwn = (key: string): boolean => key.startsWith(`${workspace}/`);
    for (const key of new Set([...[...fold.keys()].filter(isOwn), ...records.keys()])) {
      if (!isOwn(key)) continue;
      const record = records.get(key);
      // Published by a pass whose frame is still to come.
      if (record && offsetOf(record) > off) continue;
      const now = fold.read(key);
      const stored = record ? partsOf(record) : new Map<string, string>();
      const refolded = now ? partsOf(now) : new Map<string, string>();
      for (const { field, ...values } of compareState(stored, refolded)) {
        found.push({ field: `${key} ${field}`, ...values });
      }
    }
  }
  return found;
}

const offsetOf = ({ series, tree }: MetricRecord): number => series?.offset ?? tree?.offset ?? 0;

/**
 * Without the offset and the ends of its windows: a value that did not change is not sent again.
 * One part for each window and field, so that a difference names them.
 */
function partsOf({ series, tree }: MetricRecord): Puts {
  if (tree) return new Map([['document', tree.document]]);
  const parts = new Map<string, string>();
  const { cells, offset: _offset, ...rest } = series!;
  parts.set('series', canonicalJson(rest));
  for (const { from: _from, to: _to, settled, ...cell } of cells) {
    const values = { ...cell, settled: settled && { ...settled, from: 0, to: 0 } };
    for (const [name, value] of Object.entries(values)) {
      parts.set(`${cell.window} ${name}`, canonicalJson(value));
    }
  }
  return parts;
}
