/** What a workspace has declared, and what it costs: all that derivations need beside the facts. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, FactOf } from '@sapwood/core/facts';
import type { Circumstances } from './case.ts';
import { type Books, entriesInForce } from './cost.ts';
import { declaredBy } from './declared.ts';
import { wordsIn } from './words.ts';

export interface Known extends Circumstances {
  /** Log time of the workspace's first record. */
  readonly firstAt: number;
  readonly books: Books;
  /** Metrics with rows beyond channel and team, and those dimensions. */
  readonly by: NonNullable<WorkspaceConfig['by']>;
  readonly version: string;
}

/** Circumstances before the fact of an index, looked up once for each change of them. */
export function circumstancesOver(facts: readonly Fact[]): (index: number) => Known {
  const turns = [...facts.entries()]
    .filter(
      ([, { kind }]) =>
        kind === 'config.applied' || kind === 'user.observed' || kind.startsWith('correction.'),
    )
    .map(([index]) => index + 1);
  const known = new Map<number, Known>();
  return (index) => {
    const end = turns.findLast((turn) => turn <= index) ?? 0;
    const found = known.get(end) ?? circumstancesOf(facts.slice(0, end));
    known.set(end, found);
    return found;
  };
}

export function circumstancesOf(prefix: readonly Fact[]): Known {
  let config: WorkspaceConfig | null = null;
  const roster = new Map<string, string>();
  const roles = new Map<string, string | null>();
  for (const fact of prefix) {
    if (fact.kind === 'config.applied') config = JSON.parse(fact.body.document) as WorkspaceConfig;
    if (fact.kind === 'user.observed') {
      roster.set(fact.entity, fact.body.userKind);
      roles.set(fact.entity, fact.body.role);
    }
  }
  const hasMessages = config?.messages !== 'none';
  const autoCloseAfterMs = positive(config?.autoCloseAfterMs);
  const declared = declaredBy(config, roles);
  const nobodies = [...roster].filter(([, kind]) => kind !== 'human').map(([id]) => id);
  nobodies.push(...(config?.notPeople ?? []));
  let T = 0;
  const costs: { T: number; fact: FactOf<'cost.entry'> }[] = [];
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'cost.entry') costs.push({ T, fact });
  }
  const words = wordsIn(prefix);
  return {
    hasMessages,
    words,
    firstAt: prefix[0]?.recordedAt ?? 0,
    by: config?.by ?? {},
    books: {
      entries: entriesInForce(costs),
      currency: config?.currency ?? '',
      plan: config?.costPlan ?? [],
    },
    version: `${hasMessages}/${autoCloseAfterMs}/${nobodies.sort().join(' ')}/${JSON.stringify(declared)}/${words.version}`,
    autoCloseAfterMs,
    declared,
    isNobody: (userId) => nobodies.includes(userId),
  };
}

const positive = (ms: number | undefined): number | null =>
  ms !== undefined && Number.isSafeInteger(ms) && ms > 0 ? ms : null;
