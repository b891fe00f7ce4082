/** I1, I2, I7: what was acknowledged is in the raw log, and each raw record ended somewhere, once. */
import { createHash } from 'node:crypto';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import type { Evidence } from './evidence.ts';

const RAW_TOPICS = [TOPICS.rawPylon.name, TOPICS.rawCost.name] as const;
const isKept = (status: number): boolean => status === 200 || status === 202;
const placeOf = (topic: string, offset: number): string => `${topic}/${offset}`;

export function judgeRaw(evidence: Evidence, facts: readonly Fact[]): void {
  const fates = fatesOf(evidence, facts);
  const kept = new Set<string>();
  for (const topic of RAW_TOPICS) {
    for (const { offset, value } of evidence.accountant.records(topic)) {
      const { delivery } = rawCodec.decode(value!);
      if (delivery)
        kept.add(`${delivery.workspace} ${Buffer.from(delivery.sha256).toString('hex')}`);
      const fate = fates.get(placeOf(topic, offset));
      if (fate) evidence.tally.add(`raw ${fate}`);
      else evidence.problem(`I7 ${topic} ${offset} ended nowhere`);
    }
  }
  for (const { letter, status } of evidence.posted) {
    const name = `${letter.workspace} ${createHash('sha256').update(letter.body).digest('hex')}`;
    const isIn = kept.has(name);
    if (isKept(status) && !isIn) evidence.problem(`I1 ${name} was acknowledged and is lost`);
    const isRefused = letter.kind === 'bad costs' || (status > 0 && letter.kind === 'forged');
    if (isRefused && isKept(status)) evidence.problem(`I9 ${letter.kind} was answered ${status}`);
  }
  judgeOpened(evidence, facts);
}

function fatesOf({ accountant }: Evidence, facts: readonly Fact[]): Map<string, string> {
  const fates = new Map<string, string>();
  for (const { kind, srcs } of facts) {
    const fate = kind === 'issue.hinted' ? 'hinted' : 'facts';
    for (const { topic, offset } of srcs) fates.set(placeOf(topic, offset), fate);
  }
  for (const { value } of accountant.records(TOPICS.dlqRaw.name)) {
    const { topic, offset } = quarantinedCodec.decode(value!);
    fates.set(placeOf(topic, offset), 'quarantined');
  }
  return fates;
}

/** The sender's own count: each issue that a kept letter tells of is known, and no other one. */
function judgeOpened({ posted, problem, accountant }: Evidence, facts: readonly Fact[]): void {
  const sent = new Set<string>();
  for (const { value } of accountant.records(TOPICS.rawPylon.name)) {
    const { delivery } = rawCodec.decode(value!);
    if (delivery) sent.add(`${delivery.workspace} ${Buffer.from(delivery.sha256).toString('hex')}`);
  }
  const told = new Set(
    posted
      .filter(({ letter }) => letter.issue !== null && letter.kind === 'hook')
      .filter(({ letter }) =>
        sent.has(`${letter.workspace} ${createHash('sha256').update(letter.body).digest('hex')}`),
      )
      .map(({ letter }) => `${letter.workspace} ${letter.issue}`),
  );
  const known = new Set(
    facts
      .filter(({ kind }) => kind === 'issue.observed')
      .map(({ workspace, entity }) => `${workspace} ${entity}`),
  );
  for (const name of told) if (!known.has(name)) problem(`I1 nothing is known of ${name}`);
  for (const name of known) if (!told.has(name)) problem(`I2 nobody sent ${name}`);
}
