/**
 * Reads what deliveries owe, within the budget (pylon.md 5.4). Debts of one issue share a read, but
 * one that comes *after* a read began causes another: `readAfter` tells them apart exactly.
 */
import type { Label } from '@sapwood/contracts/label';
import { compareRaw, type DraftFact, type RawPosition, type Source } from '@sapwood/core/facts';
import type { PylonClient, ReadResult } from '@sapwood/pylon/client';
import type { FactContext } from '@sapwood/pylon/facts';
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
import { issueHashOf, type Memory } from '../memory.ts';
import type { Debt } from '../outcome.ts';

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
  readonly onUnknownStatus: () => void;
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

interface Entry {
  readonly ref: string;
  messages: boolean;
  srcs: Source[];
  /** Monotonic, as every wait here: a wall clock that is set back must not hold a read up. */
  dueAt: number;
  /** When the last delivery about it came, monotonic. */
  changedAt: number;
  /** Reads that found nothing newer than what was known. */
  misses: number;
  notFoundAt: number | null;
}

/** REST may lag behind the webhook: nothing newer is looked for twice more, then believed. */
const REREAD_MS = [2_000, 10_000] as const;
const SRCS_PER_READ_MAX = 64;
/** Above it reads cannot keep up: the newest first, and the search catches up with the rest. */
export const BACKLOG_HIGH = 20;
const REFUSED_PAUSE_MS = 300_000;
const APPEND_PAUSE_MS = 1_000;

export function createHydrator(deps: HydrateDeps): Hydrator {
  const { client, clock, context, memory, telemetry, source } = deps;
  const entries = new Map<string, Entry>();
  let pausedUntil = 0;
  let reading = false;
  let wake: (() => void) | null = null;

  function add(ref: string, src: Source | null, messages: boolean): void {
    const entry = entries.get(ref) ?? {
      ref,
      messages: false,
      srcs: [],
      dueAt: 0,
      changedAt: 0,
      misses: 0,
      notFoundAt: null,
    };
    entry.messages ||= messages;
    if (src) entry.srcs = [...entry.srcs, src].slice(-SRCS_PER_READ_MAX);
    entry.misses = 0;
    entry.changedAt = clock.monotonic();
    if (entry.notFoundAt === null) entry.dueAt = clock.monotonic();
    entries.set(ref, entry);
    if (entries.size > deps.owedMax) entries.delete(entries.keys().next().value!);
    wake?.();
  }

  function pause(ms: number): void {
    pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
  }

  /** What did not succeed: true where the caller has nothing left to do for now. */
  function unread(result: ReadResult<unknown>): boolean {
    if (result.kind === 'limited' || result.kind === 'failed') pause(result.retryAfterMs);
    else if (result.kind === 'refused') {
      pause(REFUSED_PAUSE_MS);
      const why = result.status === 401 ? 'the token is not accepted' : `status ${result.status}`;
      const text = `Pylon refuses reads of source ${source.id}: ${why}; next try in 5 minutes.`;
      telemetry({ type: 'Notice', level: 'error', text });
    } else return false;
    return true;
  }

  /** The deliveries that a read begun after `through` satisfies are struck off. */
  function settle(entry: Entry, through: RawPosition): void {
    entry.srcs = entry.srcs.filter((src) => compareRaw(src, through) > 0);
    entry.misses = 0;
    entry.notFoundAt = null;
    if (entry.srcs.length === 0) entries.delete(entry.ref);
  }

  async function notFound(entry: Entry, arrival: RestArrival): Promise<void> {
    const now = clock.monotonic();
    if (entry.notFoundAt === null) {
      entry.notFoundAt = now;
      entry.dueAt = now + GONE_AFTER_MS;
      return;
    }
    if (memory.get(context.workspace, entry.ref)?.issueHash) {
      if (!(await deps.append([goneFact(entry.ref, arrival, context)])))
        return pause(APPEND_PAUSE_MS);
    } else {
      for (const src of entry.srcs) await deps.quarantine(src, 'issue_not_found', entry.ref);
    }
    settle(entry, arrival.readAfter);
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
    if (seen.stateCategory === 'unknown') deps.onUnknownStatus();
    const known = memory.get(workspace, issue.id);
    const ids = messages?.map((message) => message.id) ?? null;
    const issueHash = issueHashOf(seen);
    const thread = ids === null ? (known?.threadHash ?? null) : threadHash(ids);
    const newer = known?.issueHash !== issueHash || (known?.threadHash ?? null) !== thread;
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
      issueHash,
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
    if (unread(issue) || issue.kind !== 'ok') return;
    if (!needsMessages(entry, issue.value)) {
      if (await keep(entry, issue.value, null, arrival)) settle(entry, through);
      return;
    }
    const messages = await client.getMessages(issue.value.id);
    if (messages.kind === 'ok') {
      const thread = messages.value.slice(0, MESSAGES_PER_READ_MAX);
      if (await keep(entry, issue.value, thread, arrival)) settle(entry, through);
      return;
    }
    // The issue itself is news already; its thread stays owed, and the conversation partial.
    unread(messages);
    entry.dueAt =
      clock.monotonic() + ('retryAfterMs' in messages ? messages.retryAfterMs : GONE_AFTER_MS);
    const known = memory.get(context.workspace, issue.value.id);
    const seen = observedIssue(issue.value, context);
    const issueHash = issueHashOf(seen);
    if (known?.issueHash === issueHash) return;
    if (await deps.append(restFacts(issue.value, null, [], arrival, context))) {
      memory.merge(context.workspace, issue.value.id, { issueHash });
    }
  }

  /** The entry that has waited longest; under a backlog the one that changed last. */
  function nextDue(): Entry | null {
    const now = clock.monotonic();
    const newestFirst = backlog(now) > BACKLOG_HIGH;
    const rank = (entry: Entry): number =>
      newestFirst && entry.dueAt <= now ? -entry.changedAt : entry.dueAt;
    let found: Entry | null = null;
    for (const entry of entries.values()) {
      if (newestFirst && entry.dueAt > now) continue;
      if (!found || rank(entry) < rank(found)) found = entry;
    }
    return found;
  }

  function backlog(now: number): number {
    let count = 0;
    for (const entry of entries.values()) if (entry.dueAt <= now) count += 1;
    return count;
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
    owe: ({ ref, src, messages }) => add(ref, src, messages),
    request: (ref) => add(ref, null, true),
    backlog: () => backlog(clock.monotonic()),
    covered(issueId, through, threadMoved) {
      const entry = entries.get(issueId);
      if (!entry) return;
      if (entry.messages || threadMoved) entry.misses = REREAD_MS.length;
      else settle(entry, { epoch: deps.epoch, offset: through });
    },
    owed: () => [...entries.values()].map(({ ref, messages, srcs }) => ({ ref, messages, srcs })),
    idle() {
      const now = clock.monotonic();
      const due = nextDue();
      return !reading && (due === null || Math.max(due.dueAt, pausedUntil) > now);
    },
    async run(signal) {
      while (!signal.aborted) {
        const entry = nextDue();
        const at = entry && Math.max(entry.dueAt, pausedUntil);
        if (entry === null || at! > clock.monotonic()) {
          await waitUntil(at, signal);
          continue;
        }
        reading = true;
        await readOne(entry).finally(() => {
          reading = false;
        });
        telemetry({ type: 'ReadsOwed', count: entries.size });
      }
    },
  };
}
