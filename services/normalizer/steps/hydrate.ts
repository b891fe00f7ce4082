/**
 * Reads what deliveries owe, within the budget (pylon.md 5.4). Debts of one issue share a read, but
 * one that comes *after* a read began causes another: `readAfter` tells them apart exactly.
 */
import type { Label } from '@sapwood/contracts/label';
import {
  compareRaw,
  type DraftFact,
  type IssueObserved,
  type RawPosition,
  type Source,
} from '@sapwood/core/facts';
import type { PylonClient, ReadResult } from '@sapwood/pylon/client';
import type { FactContext } from '@sapwood/pylon/facts';
import { ENDPOINT_REST_MS, PROBE_EVERY_MS } from '@sapwood/pylon/gate';
import {
  GONE_AFTER_MS,
  goneFact,
  MESSAGES_PER_READ_MAX,
  observedIssue,
  type RestArrival,
  restFacts,
  threadHash,
} from '@sapwood/pylon/rest-facts';
import type { RestIssue, RestMessage } from '@sapwood/pylon/rest-objects';
import type { Clock, Idle } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { hashesOf, type Memory } from '../memory.ts';
import type { Debt } from '../outcome.ts';
import { BACKLOG_HIGH, type Entry, OwedReads } from './owed.ts';

export interface HydrateDeps {
  readonly source: { readonly id: string; readonly workspace: string };
  readonly client: PylonClient;
  readonly context: FactContext;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly owedMax: number;
  /** Of the raw log. */
  readonly epoch: number;
  /** Highest raw offset mapped and appended so far; -1 at the start. */
  readonly consumed: () => number;
  /** Resolves when durable; false where it was not. */
  readonly append: (facts: readonly DraftFact[]) => Promise<boolean>;
  readonly label: (labels: readonly Label[]) => void;
  readonly quarantine: (src: Source, reason: string, detail: string) => Promise<void>;
  readonly seen: (issueId: string, issue: IssueObserved) => void;
  /** More is owed than reads can keep up with. */
  readonly onBacklog: () => void;
}

export interface Owed {
  readonly ref: string;
  readonly messages: boolean;
  readonly srcs: readonly Source[];
}

export interface Hydrator extends Idle {
  owe(debt: Pick<Debt, 'ref' | 'src' | 'messages'>): void;
  /** A read that no delivery asked for: reconciliation found a newer thread. */
  request(ref: string): void;
  /** A sweep did not find an issue that was read before: gone, if two reads say so too. */
  suspect(issueId: string): void;
  /**
   * A search gave a newer issue, begun when everything up to `through` was consumed: deliveries that
   * are not about messages are answered by it, the others are believed at their next read.
   */
  covered(issueId: string, through: number, threadMoved: boolean): void;
  /** Issues whose read is due. */
  backlog(): number;
  owed(): readonly Owed[];
  run(signal: AbortSignal): Promise<void>;
}

/** REST may lag behind the webhook: nothing newer is looked for twice more, then believed. */
const REREAD_MS = [2_000, 10_000] as const;
const FAILED_FIRST_MS = 1_000;
const FAILED_LAST_MS = 60_000;
const APPEND_PAUSE_MS = 1_000;

type Unread = Exclude<ReadResult<unknown>, { readonly kind: 'ok' | 'not_found' }>;

/** Threads are not for this token: the issue is all there is to be read. */
const isWithheld = (answer: ReadResult<unknown>): boolean =>
  answer.kind === 'refused' && answer.status !== 401;

export function createHydrator(deps: HydrateDeps): Hydrator {
  const { client, clock, context, memory, telemetry, source } = deps;
  const reads = new OwedReads(deps.owedMax);
  let pausedUntil = 0;
  let reading = false;
  let wake: (() => void) | null = null;

  function add(ref: string, src: Source | null, messages: boolean): Entry {
    const entry = reads.add(ref, src, messages, clock.monotonic());
    if (reads.size === BACKLOG_HIGH + 1) deps.onBacklog();
    wake?.();
    return entry;
  }

  function pause(ms: number): void {
    pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
  }

  /** What did not succeed, and when to try again. */
  function unread(entry: Entry, result: Unread): void {
    if (result.kind === 'limited') pause(result.retryAfterMs);
    else if (result.kind === 'failed') {
      pause(result.retryAfterMs);
      const waitMs = Math.min(FAILED_LAST_MS, FAILED_FIRST_MS * 2 ** entry.failures);
      entry.failures = Math.min(entry.failures + 1, 20);
      entry.dueAt = clock.monotonic() + Math.max(waitMs, result.retryAfterMs);
    } else if (result.kind === 'refused' && result.status === 401) pause(PROBE_EVERY_MS);
    else entry.dueAt = clock.monotonic() + ENDPOINT_REST_MS;
  }

  /** 400: the question itself is wrong, and will be the next time. */
  async function refuseForGood(entry: Entry, through: RawPosition): Promise<void> {
    const text = `Pylon does not understand the read of issue ${entry.ref}: this is a bug.`;
    telemetry({ type: 'Notice', level: 'error', text });
    for (const src of entry.srcs) await deps.quarantine(src, 'read_refused', entry.ref);
    reads.settle(entry, through);
  }

  async function notFound(entry: Entry, arrival: RestArrival): Promise<void> {
    const now = clock.monotonic();
    if (entry.notFoundAt === null) {
      entry.notFoundAt = now;
      entry.dueAt = now + GONE_AFTER_MS;
      return;
    }
    if (entry.known || memory.get(context.workspace, entry.ref)?.issueHash) {
      if (!(await deps.append([goneFact(entry.ref, arrival, context)])))
        return pause(APPEND_PAUSE_MS);
    } else {
      for (const src of entry.srcs) await deps.quarantine(src, 'issue_not_found', entry.ref);
    }
    reads.settle(entry, arrival.readAfter);
  }

  function needsMessages(entry: Entry, issue: RestIssue): boolean {
    if (context.messages === 'none') return false;
    const known = memory.get(context.workspace, issue.id);
    const latest = observedIssue(issue, context).latestMessageAt ?? null;
    return entry.messages || !known?.threadHash || known.latestMessageAt !== latest;
  }

  function labelAuthors(messages: readonly RestMessage[]): void {
    const labels = messages.flatMap(({ author }): Label[] =>
      author?.user?.id && author.name
        ? [{ workspace: context.workspace, kind: 'user', id: author.user.id, name: author.name }]
        : [],
    );
    deps.label(labels);
  }

  async function keep(
    entry: Entry,
    issue: RestIssue,
    messages: readonly RestMessage[] | null,
    arrival: RestArrival,
  ): Promise<boolean> {
    const { workspace } = context;
    const seen = observedIssue(issue, context);
    deps.seen(issue.id, seen);
    const known = memory.get(workspace, issue.id);
    const ids = messages?.map((message) => message.id) ?? null;
    const hashes = hashesOf(seen);
    const thread = ids === null ? (known?.threadHash ?? null) : threadHash(ids);
    const newer = known?.issueHash !== hashes.issueHash || (known?.threadHash ?? null) !== thread;
    const wait = REREAD_MS[entry.misses];
    if (!newer && wait !== undefined && entry.srcs.length > 0) {
      entry.misses += 1;
      entry.dueAt = clock.monotonic() + wait;
      return false;
    }
    const vanished = ids && known ? known.messageIds.filter((id) => !ids.includes(id)) : [];
    const facts = restFacts(issue, messages, vanished, arrival, context);
    if (!(await deps.append(facts))) {
      pause(APPEND_PAUSE_MS);
      return false;
    }
    if (messages) labelAuthors(messages);
    memory.merge(workspace, issue.id, {
      ...hashes,
      latestMessageAt: seen.latestMessageAt ?? null,
      threadHash: thread,
      ...(ids === null ? {} : { messageIds: ids }),
    });
    return true;
  }

  async function readOne(entry: Entry): Promise<void> {
    // Everything consumed up to here had happened before the read begins, so the read covers it.
    const through = { epoch: deps.epoch, offset: deps.consumed() };
    const covered = entry.srcs.filter((src) => compareRaw(src, through) <= 0);
    const arrival: RestArrival = {
      observedAt: clock.now(),
      origin: covered.length > 0 ? 'webhook' : 'reconcile',
      srcs: covered,
      readAfter: through,
    };
    const issue = await client.getIssue(entry.ref);
    if (issue.kind === 'not_found') return notFound(entry, arrival);
    if (issue.kind === 'refused' && issue.status === 400) return refuseForGood(entry, through);
    if (issue.kind !== 'ok') return unread(entry, issue);
    const thread = needsMessages(entry, issue.value)
      ? await client.getMessages(issue.value.id)
      : null;
    if (thread === null || isWithheld(thread)) {
      if (await keep(entry, issue.value, null, arrival)) reads.settle(entry, through);
    } else if (thread.kind === 'ok') {
      const messages = thread.value.slice(0, MESSAGES_PER_READ_MAX);
      if (await keep(entry, issue.value, messages, arrival)) reads.settle(entry, through);
    } else {
      await keepIssueAlone(issue.value, arrival);
      if (thread.kind !== 'not_found') unread(entry, thread);
      // Of an issue that was just there the next read of the issue will tell.
      else entry.dueAt = clock.monotonic() + GONE_AFTER_MS;
      if (thread.kind === 'limited') entry.dueAt = clock.monotonic() + thread.retryAfterMs;
    }
  }

  /** The issue itself is news already; its thread stays owed, and the conversation partial. */
  async function keepIssueAlone(issue: RestIssue, arrival: RestArrival): Promise<void> {
    const seen = observedIssue(issue, context);
    const hashes = hashesOf(seen);
    if (memory.get(context.workspace, issue.id)?.issueHash === hashes.issueHash) return;
    if (!(await deps.append(restFacts(issue, null, [], arrival, context)))) return;
    deps.seen(issue.id, seen);
    memory.merge(context.workspace, issue.id, hashes);
  }

  function waitUntil(at: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = at === null ? null : clock.after(Math.max(1, at - clock.monotonic()), done);
      function done(): void {
        timer?.cancel();
        signal.removeEventListener('abort', done);
        wake = null;
        resolve();
      }
      wake = done;
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  return {
    name: `hydrate ${source.id}`,
    owe: ({ ref, src, messages }) => void add(ref, src, messages),
    request: (ref) => void add(ref, null, true),
    suspect(issueId) {
      add(issueId, null, false).known = true;
    },
    backlog: () => reads.backlog(clock.monotonic()),
    covered(issueId, through, threadMoved) {
      const entry = reads.get(issueId);
      if (!entry) return;
      if (entry.messages || threadMoved) entry.misses = REREAD_MS.length;
      else reads.settle(entry, { epoch: deps.epoch, offset: through });
    },
    owed: () => [...reads.all()].map(({ ref, messages, srcs }) => ({ ref, messages, srcs })),
    idle() {
      const now = clock.monotonic();
      const due = reads.next(now);
      return !reading && (due === null || Math.max(due.dueAt, pausedUntil) > now);
    },
    async run(signal) {
      while (!signal.aborted) {
        const entry = reads.next(clock.monotonic());
        const at = entry && Math.max(entry.dueAt, pausedUntil);
        if (entry === null || at! > clock.monotonic()) {
          await waitUntil(at, signal);
          continue;
        }
        reading = true;
        await readOne(entry).finally(() => {
          reading = false;
        });
        telemetry({ type: 'ReadsOwed', count: reads.size });
      }
    },
  };
}
