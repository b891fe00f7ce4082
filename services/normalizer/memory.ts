/**
 * What is known of an issue, to tell a newer answer from an old one. Only a help: losing it costs
 * reads, never correctness, so it is bounded and learnt again from the newest facts at start.
 */
import { createHash } from 'node:crypto';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import type { EventLog } from '@sapwood/runtime/ports';

export interface KnownIssue {
  /** Hash of the last answer of REST for the issue alone; null: never read. */
  readonly issueHash: string | null;
  /** The same without `updatedAt`. */
  readonly contentHash: string | null;
  readonly threadHash: string | null;
  readonly latestMessageAt: number | null;
  readonly messageIds: readonly string[];
  /** `receivedAt` of its first `issue_new` body. */
  readonly createdAt: number | null;
}

export const UNKNOWN_ISSUE: KnownIssue = {
  issueHash: null,
  contentHash: null,
  threadHash: null,
  latestMessageAt: null,
  messageIds: [],
  createdAt: null,
};

export interface Memory {
  get(workspace: string, issueId: string): KnownIssue | null;
  merge(workspace: string, issueId: string, known: Partial<KnownIssue>): void;
  learn(fact: Fact): void;
  /** Newest epoch of a raw log that a fact was made from: the log knows, whatever a store forgets. */
  epoch(): number;
}

const ISSUES_MAX = 20_000;
const LEARN_FACTS_MAX = 5_000;

const hashOf = (seen: IssueObserved): string =>
  createHash('sha256').update(canonicalJson(seen)).digest('base64url');

/** What is remembered of a look at an issue. */
export const hashesOf = (
  seen: IssueObserved,
): Pick<KnownIssue, 'contentHash'> & { readonly issueHash: string } => ({
  issueHash: hashOf(seen),
  contentHash: hashOf({ ...seen, updatedAt: null }),
});

export function createMemory(): Memory {
  const issues = new Map<string, KnownIssue>();
  let epoch = 0;
  const keyOf = (workspace: string, issueId: string): string => `${workspace}\n${issueId}`;

  function merge(workspace: string, issueId: string, known: Partial<KnownIssue>): void {
    const key = keyOf(workspace, issueId);
    const before = issues.get(key) ?? UNKNOWN_ISSUE;
    issues.delete(key);
    issues.set(key, { ...before, ...known });
    // The least recently touched goes first: a Map keeps the order of insertion.
    if (issues.size > ISSUES_MAX) issues.delete(issues.keys().next().value!);
  }
  const get = (workspace: string, issueId: string): KnownIssue | null =>
    issues.get(keyOf(workspace, issueId)) ?? null;
  return {
    get,
    merge,
    epoch: () => epoch,
    learn(fact) {
      for (const place of [...fact.srcs, fact.readAfter])
        epoch = Math.max(epoch, place?.epoch ?? 0);
      if (fact.kind === 'message.observed' && fact.via === 'rest') {
        const ids = new Set(get(fact.workspace, fact.entity)?.messageIds);
        merge(fact.workspace, fact.entity, { messageIds: [...ids.add(fact.body.messageId)] });
      }
      if (fact.kind === 'thread.observed') {
        const { idsHash, vanished } = fact.body;
        const ids = get(fact.workspace, fact.entity)?.messageIds ?? [];
        const messageIds = ids.filter((id) => !vanished.includes(id));
        merge(fact.workspace, fact.entity, { threadHash: idsHash, messageIds });
      }
      if (fact.kind !== 'issue.observed') return;
      if (fact.via === 'rest') {
        const latestMessageAt = fact.body.latestMessageAt ?? null;
        merge(fact.workspace, fact.entity, { ...hashesOf(fact.body), latestMessageAt });
      } else {
        const createdAt = fact.body.createdAt ?? null;
        merge(fact.workspace, fact.entity, createdAt === null ? {} : { createdAt });
      }
    },
  };
}

/** Learns from the newest facts of a partition. */
export async function learnFromFacts(
  log: EventLog,
  partition: number,
  memory: Memory,
): Promise<void> {
  const { low, high } = await log.bounds(TOPICS.facts.name, partition);
  for (let from = Math.max(low, high - LEARN_FACTS_MAX); from < high; ) {
    const records = await log.read(TOPICS.facts.name, partition, from, { max: 500, waitMs: 0 });
    if (records.length === 0) return;
    for (const { value } of records) {
      try {
        if (value) memory.learn(factCodec.decode(value));
      } catch {
        // A record that cannot be read is the fold's to quarantine; here it only teaches nothing.
      }
    }
    from = records.at(-1)!.offset + 1;
  }
}
