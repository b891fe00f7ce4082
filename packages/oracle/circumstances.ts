/** What a workspace has declared, and what it costs: all that derivations need beside the facts. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, FactOf } from '@sapwood/core/facts';
import type { Circumstances } from './case.ts';
import { type Books, entriesInForce } from './cost.ts';
import type { Declared } from './days.ts';

export interface Known extends Circumstances {
  /** Log time of the workspace's first record. */
  readonly firstAt: number;
  readonly books: Books;
  /** From the first that was declared on. */
  readonly calendars: readonly Declared[];
  /** Metrics with rows beyond channel and team, and those dimensions. */
  readonly by: NonNullable<WorkspaceConfig['by']>;
  /** Log time since when rows beyond channel and team are declared, by `metric{dimension`. */
  readonly rowsSince: ReadonlyMap<string, number>;
  readonly version: string;
}

/** Circumstances before the fact of an index, looked up once for each change of them. */
export function circumstancesOver(facts: readonly Fact[]): (index: number) => Circumstances {
  const turns = [...facts.entries()]
    .filter(([, { kind }]) => kind === 'config.applied' || kind === 'user.observed')
    .map(([index]) => index + 1);
  const known = new Map<number, Circumstances>();
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
  const calendars: Declared[] = [];
  let rowsSince: ReadonlyMap<string, number> = new Map();
  let T = 0;
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'config.applied') {
      config = JSON.parse(fact.body.document) as WorkspaceConfig;
      const { calendar = null, by = {} } = config;
      rowsSince = sinceWhen(by, T, rowsSince);
      if (calendar || calendars.length > 0) calendars.push({ T, calendar });
    }
    if (fact.kind === 'user.observed') roster.set(fact.entity, fact.body.userKind);
  }
  const hasMessages = config?.messages !== 'none';
  const autoCloseAfterMs = positive(config?.autoCloseAfterMs);
  const nobodies = [...roster].filter(([, kind]) => kind !== 'human').map(([id]) => id);
  nobodies.push(...(config?.notPeople ?? []));
  T = 0;
  const costs: { T: number; fact: FactOf<'cost.entry'> }[] = [];
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'cost.entry') costs.push({ T, fact });
  }
  return {
    hasMessages,
    firstAt: prefix[0]?.recordedAt ?? 0,
    calendars,
    rowsSince,
    by: config?.by ?? {},
    books: {
      entries: entriesInForce(costs),
      currency: config?.currency ?? '',
      plan: config?.costPlan ?? [],
    },
    version: `${hasMessages}/${autoCloseAfterMs}/${nobodies.sort().join(' ')}`,
    autoCloseAfterMs,
    isNobody: (userId) => nobodies.includes(userId),
  };
}

/** What stays declared keeps its beginning. */
function sinceWhen(
  by: Known['by'],
  T: number,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const rows = Object.entries(by).flatMap(([metric, dimensions]) =>
    dimensions
      .filter((dimension) => dimension !== 'channel' && dimension !== 'team')
      .map((dimension) => `${metric}{${dimension}`),
  );
  return new Map(rows.map((row) => [row, known.get(row) ?? T]));
}

const positive = (ms: number | undefined): number | null =>
  ms !== undefined && Number.isSafeInteger(ms) && ms > 0 ? ms : null;
