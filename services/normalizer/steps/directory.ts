/**
 * The tenant's directory (pylon.md 4.2, 4.4): accounts, contacts, users, teams and statuses become
 * facts where their content changed, and names go to the label directory, which only the gateway
 * reads (design D15). Read at start and again as they age; a slug or an account that an issue names
 * and nobody knows is asked for at once.
 */
import type { Label } from '@sapwood/contracts/label';
import {
  type DraftFact,
  type IssueObserved,
  STATE_CATEGORIES,
  type StateCategory,
} from '@sapwood/core/facts';
import type { PageResult, PylonClient } from '@sapwood/pylon/client';
import {
  accountFact,
  contactFact,
  type DirectoryContext,
  type DirectoryDraft,
  statusFact,
  teamFact,
  userFact,
} from '@sapwood/pylon/directory-facts';
import type { RestNamed, RestStatus } from '@sapwood/pylon/rest-objects';
import type { Clock } from '@sapwood/runtime/ports';
import type { Loop } from '../loop.ts';
import { readPages } from '../pages.ts';
import type { Written } from '../written.ts';

export interface DirectoryDeps {
  readonly client: PylonClient;
  readonly clock: Clock;
  readonly context: DirectoryContext;
  /** Changed in place: the mapping of facts reads it. */
  readonly statuses: Map<string, StateCategory>;
  /** Declared by the operator: stronger than what REST lists. */
  readonly declared: Readonly<Record<string, StateCategory>>;
  /** What was appended before: a fact goes out where its content is another. */
  readonly written: Written;
  readonly label: (labels: readonly Label[]) => void;
  /** Resolves when durable; false where it was not. */
  readonly append: (facts: readonly DraftFact[]) => Promise<boolean>;
  /** An issue whose status had no category, and has one now. */
  readonly reread: (issueId: string) => void;
  readonly everyMs: number;
  readonly contactsEveryMs: number;
  /** Called once the statuses were asked for. */
  readonly onReady: () => void;
  readonly loop: Loop;
}

export interface Directory {
  /** Reads what is due; how long until something is, ms. */
  turn(): Promise<number>;
  /** Whether the statuses were asked for: until then slugs mean little. */
  isReady(): boolean;
  /** What an issue names: an account or a slug that nobody knows is asked for. */
  seen(issueId: string, issue: IssueObserved): void;
}

const STATUSES_AGAIN_MS = 60_000;
/** After a list that was refused or not kept. */
const AGAIN_MS = 60_000;
/** Accounts asked for one by one, and issues that wait for a status. */
const WAITING_MAX = 1_000;

interface List {
  readonly everyMs: number;
  readonly read: () => Promise<boolean>;
  dueAt: number;
}

export function createDirectory(deps: DirectoryDeps): Directory {
  const { client, clock, context, statuses, written, loop } = deps;
  const { workspace } = context;
  const accounts = new Set<string>();
  const asked = new Set<string>();
  /** Slug to the issues that had it. */
  const unknown = new Map<string, Set<string>>();
  let statusesAt = clock.monotonic();
  let isReady = false;

  const named = (kind: 'team' | 'user' | 'account', items: readonly RestNamed[]): void =>
    deps.label(
      items.flatMap(({ id, name }): Label[] => (name ? [{ workspace, kind, id, name }] : [])),
    );

  async function keep(drafts: readonly DirectoryDraft[]): Promise<boolean> {
    const fresh = drafts.filter((draft) => written.differs(draft));
    if (fresh.length === 0) return true;
    if (!(await deps.append(fresh))) return false;
    for (const draft of fresh) written.note(draft);
    return true;
  }

  function getReady(): void {
    if (!isReady) deps.onReady();
    isReady = true;
  }

  async function keepStatuses(items: readonly RestStatus[]): Promise<boolean> {
    for (const { slug, category } of items) {
      const known = STATE_CATEGORIES.find((one) => one === category) ?? 'unknown';
      if (!Object.hasOwn(deps.declared, slug)) statuses.set(slug, known);
    }
    getReady();
    deps.label(
      items.flatMap(({ slug, label }): Label[] =>
        label ? [{ workspace, kind: 'status', id: slug, name: label }] : [],
      ),
    );
    const at = clock.now();
    return keep(items.map((status) => statusFact(status, context, at)));
  }

  async function readStatuses(): Promise<boolean> {
    statusesAt = clock.monotonic();
    const read = async (cursor?: string): Promise<PageResult<RestStatus>> => {
      const page = await client.statuses(cursor);
      // Whatever came of it: scans need not wait for a list that fails.
      if (page.kind !== 'ok') getReady();
      return page;
    };
    const end = await readPages(read, keepStatuses, loop);
    for (const [slug, issues] of unknown) {
      if ((statuses.get(slug) ?? 'unknown') === 'unknown') continue;
      unknown.delete(slug);
      for (const issueId of issues) deps.reread(issueId);
    }
    return end === 'complete';
  }

  /** Reads a list to its end, page by page. */
  async function readList<T>(
    read: (cursor?: string) => Promise<PageResult<T>>,
    toFact: (item: T, context: DirectoryContext, observedAt: number) => DirectoryDraft,
    name: (items: readonly T[]) => void,
  ): Promise<boolean> {
    let observedAt = clock.now();
    const end = await readPages(
      (cursor) => {
        observedAt = clock.now();
        return read(cursor);
      },
      (items) => {
        name(items);
        return keep(items.map((item) => toFact(item, context, observedAt)));
      },
      loop,
    );
    return end === 'complete';
  }

  const { everyMs } = deps;
  const lists: readonly List[] = [
    { everyMs, dueAt: 0, read: readStatuses },
    {
      ...{ everyMs, dueAt: 0 },
      read: () => readList(client.teams, teamFact, (items) => named('team', items)),
    },
    {
      ...{ everyMs, dueAt: 0 },
      read: () => readList(client.users, userFact, (items) => named('user', items)),
    },
    {
      ...{ everyMs, dueAt: 0 },
      read: () => {
        asked.clear();
        return readList(client.accounts, accountFact, (items) => named('account', items));
      },
    },
    {
      ...{ everyMs: deps.contactsEveryMs, dueAt: 0 },
      read: () => readList(client.contacts, contactFact, () => {}),
    },
  ];
  const startedAt = clock.monotonic();
  for (const list of lists) list.dueAt = startedAt;

  async function readAccounts(): Promise<number> {
    for (const id of accounts) {
      const observedAt = clock.now();
      const answer = written.knows('account.observed', id)
        ? ({ kind: 'not_found' } as const)
        : await client.account(id);
      if (answer.kind === 'limited' || answer.kind === 'failed') return answer.retryAfterMs;
      if (answer.kind === 'refused' && answer.status === 401) return AGAIN_MS;
      if (answer.kind === 'ok') {
        named('account', [answer.value]);
        if (!(await keep([accountFact(answer.value, context, observedAt)]))) return AGAIN_MS;
      }
      accounts.delete(id);
      asked.add(id);
    }
    return Number.POSITIVE_INFINITY;
  }

  function waitFor(slug: string, issueId: string): void {
    const issues = unknown.get(slug) ?? new Set();
    if (unknown.size < WAITING_MAX && issues.size < WAITING_MAX) {
      unknown.set(slug, issues.add(issueId));
    }
    const [list] = lists;
    list!.dueAt = Math.min(list!.dueAt, statusesAt + STATUSES_AGAIN_MS);
    loop.wake();
  }

  return {
    isReady: () => isReady,
    async turn() {
      for (const list of lists) {
        const isDue = clock.monotonic() >= list.dueAt;
        if (isDue) list.dueAt = clock.monotonic() + ((await list.read()) ? list.everyMs : AGAIN_MS);
      }
      const accountsMs = await readAccounts();
      const nextAt = Math.min(...lists.map(({ dueAt }) => dueAt));
      return Math.max(0, Math.min(accountsMs, nextAt - clock.monotonic()));
    },
    seen(issueId, { stateSlug, stateCategory, accountId }) {
      if (stateSlug && stateCategory === 'unknown') waitFor(stateSlug, issueId);
      if (!accountId || asked.has(accountId) || written.knows('account.observed', accountId))
        return;
      if (accounts.size >= WAITING_MAX) return;
      accounts.add(accountId);
      loop.wake();
    },
  };
}
