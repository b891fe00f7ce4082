/**
 * The tenant's vocabulary: status slugs become categories, and names go to the label directory, which
 * only the gateway reads (design D15). Read at start, each hour, and when an unknown slug turns up.
 */
import type { Label } from '@sapwood/contracts/label';
import { STATE_CATEGORIES, type StateCategory } from '@sapwood/core/facts';
import type { PylonClient, ReadResult } from '@sapwood/pylon/client';
import type { RestNamed } from '@sapwood/pylon/rest-objects';
import type { Clock } from '@sapwood/runtime/ports';

export interface DirectoryDeps {
  readonly workspace: string;
  readonly client: PylonClient;
  readonly clock: Clock;
  /** Changed in place: the mapping of facts reads it. */
  readonly statuses: Map<string, StateCategory>;
  /** Declared by the operator: stronger than what REST lists. */
  readonly declared: Readonly<Record<string, StateCategory>>;
  readonly label: (labels: readonly Label[]) => void;
  readonly everyMs: number;
}

export interface Directory {
  /** Reads what is due. Failures wait for the next call. */
  refresh(): Promise<void>;
  /** An unknown slug was seen: the list is read again, at most once a minute. */
  statusesStale(): void;
}

const STATUSES_AGAIN_MS = 60_000;

export function createDirectory(deps: DirectoryDeps): Directory {
  const { client, clock, workspace, statuses } = deps;
  const readAt = new Map<string, number>();
  let stale = false;

  const due = (what: string, everyMs: number): boolean =>
    clock.monotonic() - (readAt.get(what) ?? Number.NEGATIVE_INFINITY) >= everyMs;

  async function readStatuses(): Promise<void> {
    const answer = await client.statuses();
    if (answer.kind !== 'ok') return;
    readAt.set('statuses', clock.monotonic());
    stale = false;
    for (const { slug, category } of answer.value) {
      const known = STATE_CATEGORIES.find((one) => one === category) ?? 'unknown';
      if (!Object.hasOwn(deps.declared, slug)) statuses.set(slug, known);
    }
    deps.label(
      answer.value.flatMap(({ slug, label }): Label[] =>
        label ? [{ workspace, kind: 'status', id: slug, name: label }] : [],
      ),
    );
  }

  async function readNames(
    kind: 'team' | 'user' | 'account',
    read: () => Promise<ReadResult<readonly RestNamed[]>>,
  ): Promise<void> {
    if (!due(kind, deps.everyMs)) return;
    const answer = await read();
    if (answer.kind !== 'ok') return;
    readAt.set(kind, clock.monotonic());
    deps.label(
      answer.value.flatMap(({ id, name }): Label[] =>
        name ? [{ workspace, kind, id, name }] : [],
      ),
    );
  }

  return {
    async refresh() {
      if (due('statuses', deps.everyMs) || (stale && due('statuses', STATUSES_AGAIN_MS))) {
        await readStatuses();
      }
      await readNames('team', () => client.teams());
      await readNames('user', () => client.users());
      await readNames('account', () => client.accounts());
    },
    statusesStale() {
      stale = true;
    },
  };
}
