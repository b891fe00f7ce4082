/** Both folds once more over the stored logs, from the first record, without a runner. */
import { sampleCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Alert } from '@sapwood/core/alert';
import { createDetectFold } from '@sapwood/core/detect-fold';
import type { TransitionEvent } from '@sapwood/core/event';
import { DETECTOR_FOLD } from '@sapwood/detector/app';
import { applyRecord } from '@sapwood/runtime/apply';
import type { EventLog, Scope } from '@sapwood/runtime/ports';
import { newFactFold, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { sha256Hex } from '../../packages/cli/hash.ts';
import { readTopic } from '../support/journal.ts';
import type { Stored } from './books.ts';

export interface Refolded {
  /** `op eventId`, in order. */
  readonly events: readonly string[];
  /** Alert id to its revisions, in order. */
  readonly alerts: ReadonlyMap<string, readonly number[]>;
  /** Fields of the detector's stored state that differ. */
  readonly detectorDifferences: readonly string[];
}

async function refoldFacts(log: EventLog): Promise<string[]> {
  const fold = newFactFold();
  const events: string[] = [];
  for (const record of await readTopic(log, TOPICS.facts.name)) {
    applyRecord(fold, factCodec, record);
    for (const { topic, record: out } of fold.touched().outbox) {
      if (topic !== TOPICS.events.name) continue;
      const { op, eventId } = out as TransitionEvent;
      events.push(`${op} ${eventId}`);
    }
  }
  return events;
}

async function refoldSamples({ log, store }: Stored) {
  const scope: Scope = { fold: DETECTOR_FOLD, topology: TOPOLOGY, partition: 0 };
  const fold = createDetectFold({ hash: sha256Hex, topology: TOPOLOGY });
  const off = (await store.meta(scope))?.off ?? 0;
  const alerts = new Map<string, number[]>();
  for (const record of await readTopic(log, TOPICS.samples.name)) {
    if (record.offset >= off) break;
    applyRecord(fold, sampleCodec, record);
    for (const { topic, record: out } of fold.touched().outbox) {
      if (topic !== TOPICS.alerts.name) continue;
      const { alertId, revision } = out as Alert;
      alerts.set(alertId, [...(alerts.get(alertId) ?? []), revision]);
    }
  }
  const stored = new Map<string, string>();
  for await (const [space, field, bytes] of store.load(scope)) {
    if (bytes) stored.set(`${space} ${field}`, new TextDecoder().decode(bytes));
  }
  const again = new Map<string, string>();
  for (const [space, field, text] of fold.encode())
    if (text !== null) again.set(`${space} ${field}`, text);
  const detectorDifferences = [...new Set([...stored.keys(), ...again.keys()])].filter(
    (field) => stored.get(field) !== again.get(field),
  );
  return { alerts, detectorDifferences };
}

export async function refold(engine: Stored): Promise<Refolded> {
  return { events: await refoldFacts(engine.log), ...(await refoldSamples(engine)) };
}
