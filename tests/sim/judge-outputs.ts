/** I6 and the outbox: samples, events and alerts without gap or double, and as a fresh fold says them. */
import { alertCodec, correctionCodec, eventCodec, sampleCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Alert } from '@sapwood/core/alert';
import { createDetectFold } from '@sapwood/core/detect-fold';
import type { OutboxEntry } from '@sapwood/core/fold-contract';
import { applyRecord } from '@sapwood/runtime/apply';
import { encodeOutput } from '@sapwood/runtime/outbox';
import type { LogRecord } from '@sapwood/runtime/ports';
import { TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { sha256Hex } from '../../packages/cli/hash.ts';
import type { Evidence } from './evidence.ts';

type SeqOf = (value: Uint8Array) => number;
const SEQS: Readonly<Record<string, SeqOf>> = {
  [TOPICS.samples.name]: (value) => sampleCodec.decode(value).seq,
  [TOPICS.events.name]: (value) => eventCodec.decode(value).seq,
  [TOPICS.corrections.name]: (value) => correctionCodec.decode(value).seq,
  [TOPICS.alerts.name]: (value) => alertCodec.decode(value).seq,
};

export function judgeOutputs(evidence: Evidence, outbox: readonly OutboxEntry[]): void {
  const { accountant } = evidence;
  for (const topic of [TOPICS.samples.name, TOPICS.events.name, TOPICS.corrections.name]) {
    compareOutput(evidence, topic, outbox);
  }
  const detector = createDetectFold({ topology: TOPOLOGY, hash: sha256Hex });
  const alerts: OutboxEntry[] = [];
  for (const record of accountant.records(TOPICS.samples.name)) {
    applyRecord(detector, sampleCodec, record);
    alerts.push(...detector.touched().outbox);
  }
  compareOutput(evidence, TOPICS.alerts.name, alerts);
  judgeRevisions(
    evidence,
    alerts.map(({ record }) => record as Alert),
  );
}

/** As a consumer reads it: what it has seen is skipped, a gap stops it. */
function withoutDoubles(
  topic: string,
  records: readonly LogRecord[],
  problem: (text: string) => void,
): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let first: number | null = null;
  for (const { value } of records) {
    const seq = SEQS[topic]!(value!);
    first ??= seq;
    const at = seq - first;
    if (at === kept.length) kept.push(value!);
    else if (at > kept.length) {
      problem(`I6 ${topic}: seq ${seq} came where ${first + kept.length} belongs`);
      return kept;
    } else if (at < 0 || Buffer.compare(kept[at]!, value!) !== 0) {
      problem(`I6 ${topic}: seq ${seq} came twice, with another content`);
      return kept;
    }
  }
  return kept;
}

function compareOutput(
  { accountant, problem }: Evidence,
  topic: string,
  outbox: readonly OutboxEntry[],
): void {
  const expected = outbox.filter((entry) => entry.topic === topic);
  const found = withoutDoubles(topic, accountant.records(topic), problem);
  if (found.length !== expected.length) {
    problem(`I6 ${topic}: ${found.length} records, the log says ${expected.length}`);
  }
  for (const [i, { record, seq }] of expected.entries()) {
    const bytes = found[i];
    if (!bytes || Buffer.compare(bytes, encodeOutput(topic, record)) === 0) continue;
    problem(`I6 ${topic}: seq ${seq} is not what the log says`);
    return;
  }
}

/** Each alert's revisions count from one, each once, and none follows its end. */
function judgeRevisions({ problem, tally }: Evidence, alerts: readonly Alert[]): void {
  const last = new Map<string, Alert>();
  for (const alert of alerts) {
    tally.add(`alert ${alert.phase}`);
    const before = last.get(alert.alertId);
    if (alert.revision !== (before?.revision ?? 0) + 1) {
      problem(`I6 alert ${alert.alertId}: revision ${before?.revision} then ${alert.revision}`);
    }
    last.set(alert.alertId, alert);
  }
}
