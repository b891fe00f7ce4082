/** What a workspace was told of its costs: every revision that stands in the log. */
import { DecodeError } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { newerRevision } from '@sapwood/core/cost-in-force';
import type { CostEntry, Fact } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import type { EventLog } from '@sapwood/runtime/ports';
import type { Partition } from '../commands/shared.ts';
import type { SheetEntry } from './sheet.ts';

const READ_RECORDS = 1_000;

/** Entries by cost and revision; and by cost the one in force. */
export class ToldCosts {
  readonly #revisions: Map<string, CostEntry> = new Map();
  readonly #inForce: Map<string, CostEntry> = new Map();

  add(entry: CostEntry): void {
    for (const [map, key] of [
      [this.#revisions, revisionKey(entry)],
      [this.#inForce, entry.costId],
    ] as const) {
      const known = map.get(key);
      map.set(key, known ? newerRevision(known, entry) : entry);
    }
  }

  /** By cost id. */
  inForce(): CostEntry[] {
    return [...this.#inForce.values()].sort((a, b) => (a.costId < b.costId ? -1 : 1));
  }

  /** Of a sheet: what is not told yet; or why it would not count. */
  compare(entries: readonly SheetEntry[]): {
    readonly news: readonly CostEntry[];
    readonly faults: readonly string[];
  } {
    const news: CostEntry[] = [];
    const faults: string[] = [];
    for (const { place, entry } of entries) {
      const same = this.#revisions.get(revisionKey(entry));
      if (same && canonicalJson(same) === canonicalJson(entry)) continue;
      const { costId, revision } = entry;
      const { revision: newest = 0 } = this.#inForce.get(costId) ?? {};
      const what = `${place}: cost ${costId} revision ${revision}`;
      if (same) faults.push(`${what} was told with other content: make it ${newest + 1}`);
      else if (revision < newest) faults.push(`${what} would change nothing: ${newest} is told`);
      else news.push(entry);
    }
    return { news, faults };
  }
}

const revisionKey = ({ costId, revision }: CostEntry): string => `${costId}\n${revision}`;

/** By workspace, from the whole log. */
export async function toldCosts(
  partitions: readonly Partition[],
): Promise<ReadonlyMap<string, ToldCosts>> {
  const found = new Map<string, ToldCosts>();
  for (const { log } of partitions) await readInto(log, found);
  return found;
}

/** null: no fact, which the fold has quarantined. */
function decoded(value: Uint8Array): Fact | null {
  try {
    return factCodec.decode(value);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

async function readInto(log: EventLog, found: Map<string, ToldCosts>): Promise<void> {
  const { name } = TOPICS.facts;
  const { low, high } = await log.bounds(name, 0);
  for (let from = low; from < high; ) {
    const page = await log.read(name, 0, from, { max: READ_RECORDS, waitMs: 0 });
    if (page.length === 0) break;
    for (const { value } of page) {
      const fact = value && decoded(value);
      if (!fact) continue;
      const told = found.get(fact.workspace) ?? new ToldCosts();
      found.set(fact.workspace, told);
      if (fact.kind === 'cost.entry') told.add(fact.body);
    }
    from = page.at(-1)!.offset + 1;
  }
}
