/**
 * Finds what no webhook told (pylon.md 5.4): a search by `updated_at` and by the newest message, over
 * an overlap. With a token and no webhook this alone is the source: poll mode. The first one reads
 * every issue that is not closed as well.
 */
import type { DraftFact, IssueObserved, Origin, StateCategory } from '@sapwood/core/facts';
import type { PylonClient, SearchQuery } from '@sapwood/pylon/client';
import type { FactContext } from '@sapwood/pylon/facts';
import { observedIssue, type RestArrival, restFacts } from '@sapwood/pylon/rest-facts';
import type { RestIssue } from '@sapwood/pylon/rest-objects';
import type { Clock } from '@sapwood/runtime/ports';
import type { Loop } from '../loop.ts';
import { hashesOf, type KnownIssue, type Memory } from '../memory.ts';
import { readPages } from '../pages.ts';

export interface ReconcileDeps {
  readonly source: { readonly id: string; readonly workspace: string };
  readonly client: PylonClient;
  readonly context: FactContext;
  readonly memory: Memory;
  readonly clock: Clock;
  /** Of the raw log. */
  readonly epoch: number;
  readonly consumed: () => number;
  readonly append: (facts: readonly DraftFact[]) => Promise<boolean>;
  /** The search saw an issue that is newer than what was known. */
  readonly covered: (issueId: string, through: number, threadMoved: boolean) => void;
  /** The issue's thread is to be read. */
  readonly request: (issueId: string) => void;
  readonly seen: (issueId: string, issue: IssueObserved) => void;
  readonly overlapMs: number;
  readonly backfillMs: number;
}

export interface Reconciler {
  /** One scan; the time it covers, or null where it could not be completed. */
  scan(since: number | null, loop: Loop): Promise<number | null>;
  /** Looks at everything that changed after then once more; false where it could not be completed. */
  deepScan(after: number, loop: Loop): Promise<boolean>;
  /** Every issue there is: their ids, or null where that was not complete. */
  sweep(loop: Loop): Promise<ReadonlySet<string> | null>;
}

const WATERMARKS = ['updated_at', 'latest_message_activity_at'] as const;
/** Before any issue of anybody. */
const FIRST_DAY = '1990-01-01T00:00:00Z';

export function createReconciler(deps: ReconcileDeps): Reconciler {
  const { client, context, memory, source, clock } = deps;

  /** Reads every page, each with what was consumed before it was asked for. */
  async function search(
    query: SearchQuery,
    take: (issues: readonly RestIssue[], arrival: RestArrival) => Promise<boolean>,
    origin: Origin,
    loop: Loop,
  ): Promise<boolean> {
    let arrival: RestArrival | null = null;
    const end = await readPages(
      (cursor) => {
        const readAfter = { epoch: deps.epoch, offset: deps.consumed() };
        arrival = { observedAt: clock.now(), origin, srcs: [], readAfter };
        return client.searchIssues(cursor === undefined ? query : { ...query, cursor });
      },
      (issues) => take(issues, arrival!),
      loop,
    );
    return end === 'complete';
  }

  async function keep(issue: RestIssue, arrival: RestArrival): Promise<boolean> {
    const seen = observedIssue(issue, context);
    const known = memory.get(source.workspace, issue.id);
    const hashes = hashesOf(seen);
    if (known?.issueHash === hashes.issueHash) return true;
    if (!(await deps.append(restFacts(issue, null, [], arrival, context)))) return false;
    const latestMessageAt = seen.latestMessageAt ?? null;
    const threadMoved =
      context.messages === 'read' && mayHaveMoved(known, latestMessageAt, hashes.contentHash);
    memory.merge(source.workspace, issue.id, { ...hashes, latestMessageAt });
    deps.seen(issue.id, seen);
    deps.covered(issue.id, arrival.readAfter.offset, threadMoved);
    // A closed issue of the backfill tells enough by its own fields; an open one needs its thread.
    const closed = seen.stateCategory === 'closed';
    if (threadMoved && !(arrival.origin === 'backfill' && closed)) deps.request(issue.id);
    return true;
  }

  async function keepAll(issues: readonly RestIssue[], arrival: RestArrival): Promise<boolean> {
    for (const issue of issues) if (!(await keep(issue, arrival))) return false;
    return true;
  }

  async function searchAfter(after: number, origin: Origin, loop: Loop): Promise<boolean> {
    for (const field of WATERMARKS) {
      const query = { field, after: new Date(after).toISOString() };
      if (!(await search(query, keepAll, origin, loop))) return false;
    }
    return true;
  }

  /** However long ago it was touched, what is not closed belongs to the present. */
  function searchOpen(loop: Loop): Promise<boolean> {
    const closed = slugsOf('closed', context.statuses);
    return search({ field: 'state', notIn: closed }, keepAll, 'backfill', loop);
  }

  async function beat(at: number): Promise<boolean> {
    return deps.append([
      {
        workspace: source.workspace,
        kind: 'source.heartbeat',
        entity: source.id,
        at,
        observedAt: at,
        origin: 'system',
        via: 'system',
        srcs: [],
        readAfter: null,
        group: null,
        body: { coveredThrough: at, basis: 'reconciled' },
      },
    ]);
  }

  return {
    async scan(since, loop) {
      const begun = clock.now();
      const isFirst = since === null;
      if (isFirst && !(await searchOpen(loop))) return null;
      const after = isFirst ? begun - deps.backfillMs : since - deps.overlapMs;
      if (!(await searchAfter(after, isFirst ? 'backfill' : 'reconcile', loop))) return null;
      return (await beat(begun)) ? begun : null;
    },
    deepScan: (after, loop) => searchAfter(after, 'reconcile', loop),
    async sweep(loop) {
      const ids = new Set<string>();
      const take = async (issues: readonly RestIssue[], arrival: RestArrival): Promise<boolean> => {
        for (const { id } of issues) ids.add(id);
        // Of what was never known only what is not closed is told: the rest is a past for an import.
        const told = issues.filter(
          (issue) => memory.get(source.workspace, issue.id) || !isClosed(issue),
        );
        return keepAll(told, arrival);
      };
      const query = { field: 'created_at', after: FIRST_DAY } as const;
      return (await search(query, take, 'reconcile', loop)) ? ids : null;
    },
  };

  function isClosed(issue: RestIssue): boolean {
    return observedIssue(issue, context).stateCategory === 'closed';
  }
}

/**
 * Whether the thread is another one. An update of which nothing shows may be a message that was
 * changed or taken out.
 */
function mayHaveMoved(
  known: KnownIssue | null,
  latestMessageAt: number | null,
  contentHash: string | null,
): boolean {
  if ((known?.latestMessageAt ?? null) !== latestMessageAt) return true;
  return known !== null && known.contentHash === contentHash;
}

const slugsOf = (category: StateCategory, statuses: ReadonlyMap<string, StateCategory>): string[] =>
  [...statuses].filter(([, of]) => of === category).map(([slug]) => slug);
