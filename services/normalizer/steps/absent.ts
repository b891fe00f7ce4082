/**
 * Which issues the log knows from REST and a complete sweep did not have (pylon.md 5.4). The facts
 * themselves are asked, so no list of ids has to be kept.
 */
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import type { EventLog, LogRecord } from '@sapwood/runtime/ports';

const BATCH = 500;

export interface AbsentDeps {
  readonly log: EventLog;
  readonly workspace: string;
  readonly swept: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Ids of issues that were read, are not in the sweep, and were not told as gone since. */
export async function absentIssues(deps: AbsentDeps): Promise<ReadonlySet<string>> {
  const { log, workspace, swept } = deps;
  const absent = new Set<string>();
  /** Keys of other things: of most records the key alone says that they need no look. */
  const others = new Set<string>();

  function look({ key, value }: LogRecord): void {
    if (key === null || value === null || swept.has(key) || others.has(key)) return;
    const fact = decoded(value);
    if (fact === null || fact.workspace !== workspace) return;
    if (!ABOUT_ISSUES.has(fact.kind)) others.add(key);
    else if (fact.kind === 'issue.gone') absent.delete(key);
    else if (fact.kind === 'issue.observed' && fact.via === 'rest') absent.add(key);
  }

  const topic = TOPICS.facts.name;
  const partition = partitionOf(workspace, await log.partitions(topic));
  const { low, high } = await log.bounds(topic, partition);
  for (let from = low; from < high && !deps.signal.aborted; ) {
    const records = await log.read(topic, partition, from, { max: BATCH, waitMs: 0 });
    if (records.length === 0) break;
    records.forEach(look);
    from = records.at(-1)!.offset + 1;
  }
  return absent;
}

const ABOUT_ISSUES: ReadonlySet<Fact['kind']> = new Set([
  'issue.observed',
  'issue.hinted',
  'issue.gone',
  'message.observed',
  'thread.observed',
]);

/** A record that cannot be read is the fold's to quarantine; here it tells nothing. */
function decoded(value: Uint8Array): Fact | null {
  try {
    return factCodec.decode(value);
  } catch {
    return null;
  }
}
