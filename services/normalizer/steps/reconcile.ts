/**
 * Finds what no webhook told (pylon.md 5.4): a search by `updated_at` and by the newest message, over
 * an overlap. With a token and no webhook this alone is the source: poll mode.
 */
import type { DraftFact } from '@sapwood/core/facts';
import type { PylonClient, SearchQuery } from '@sapwood/pylon/client';
import type { FactContext } from '@sapwood/pylon/facts';
import { observedIssue, restFacts } from '@sapwood/pylon/rest-facts';
import type { RestIssue } from '@sapwood/pylon/rest-objects';
import type { Clock } from '@sapwood/runtime/ports';
import { issueHashOf, type Memory } from '../memory.ts';

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
  readonly overlapMs: number;
  readonly backfillMs: number;
}

export interface Reconciler {
  /** One scan; the time it covers, or null where it could not be completed. */
  scan(since: number | null): Promise<number | null>;
}

const PAGES_MAX = 100;

export function createReconciler(deps: ReconcileDeps): Reconciler {
  const { client, context, memory, source } = deps;

  async function search(
    field: SearchQuery['field'],
    after: number,
    found: Map<string, RestIssue>,
  ): Promise<boolean> {
    const cursors = new Set<string>();
    let cursor: string | null = null;
    do {
      const query: SearchQuery = { field, after: new Date(after).toISOString() };
      const page = await client.searchIssues(cursor === null ? query : { ...query, cursor });
      if (page.kind !== 'ok') return false;
      for (const issue of page.value.issues) found.set(issue.id, issue);
      cursor = page.value.cursor;
      // A cursor that comes again would page for ever.
      if (cursor !== null && cursors.has(cursor)) return true;
      if (cursor !== null) cursors.add(cursor);
    } while (cursor !== null && cursors.size < PAGES_MAX);
    return cursor === null;
  }

  async function keep(
    issue: RestIssue,
    observedAt: number,
    through: number,
    first: boolean,
  ): Promise<boolean> {
    const seen = observedIssue(issue, context);
    const known = memory.get(source.workspace, issue.id);
    const issueHash = issueHashOf(seen);
    if (known?.issueHash === issueHash) return true;
    const facts = restFacts(
      issue,
      null,
      [],
      {
        observedAt,
        origin: first ? 'backfill' : 'reconcile',
        srcs: [],
        readAfter: { epoch: deps.epoch, offset: through },
      },
      context,
    );
    if (!(await deps.append(facts))) return false;
    const threadMoved =
      context.messages === 'read' &&
      (known?.latestMessageAt ?? null) !== (seen.latestMessageAt ?? null);
    memory.merge(source.workspace, issue.id, {
      issueHash,
      latestMessageAt: seen.latestMessageAt ?? null,
    });
    deps.covered(issue.id, through, threadMoved);
    // A closed issue of the backfill tells enough by its own fields; an open one needs its thread.
    const closed = seen.stateCategory === 'closed';
    if (threadMoved && !(first && closed)) deps.request(issue.id);
    return true;
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
    async scan(since) {
      const begun = deps.clock.now();
      const through = deps.consumed();
      const after = since === null ? begun - deps.backfillMs : since - deps.overlapMs;
      const found = new Map<string, RestIssue>();
      for (const field of ['updated_at', 'latest_message_activity_at'] as const) {
        if (!(await search(field, after, found))) return null;
      }
      for (const issue of found.values()) {
        if (!(await keep(issue, begun, through, since === null))) return null;
      }
      return (await beat(begun)) ? begun : null;
    },
  };
}
