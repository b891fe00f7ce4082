/**
 * What somebody said beside the sources (metrics.md 1.1, `correction.*`): all of it is read anew for
 * each prefix, what was taken back is left out, and of contradicting words the last recorded holds.
 */
import type { ClosedBy, CorrectionFact, Fact, FactOf } from '@sapwood/core/facts';

/** On who closed it; of the last close that can have happened by `at`. */
export interface SaidCloser {
  readonly at: number;
  readonly closedBy: ClosedBy;
}

export interface Words {
  /** Since when a conversation is out. */
  readonly retracted: ReadonlyMap<string, number>;
  /** Messages that are out, by conversation. */
  readonly retractedMessages: ReadonlyMap<string, readonly string[]>;
  /** By conversation, in the order in which they were recorded. */
  readonly closers: ReadonlyMap<string, readonly SaidCloser[]>;
  readonly authors: ReadonlyMap<string, 'customer' | 'human' | 'bot' | 'automation'>;
  /** Child, survivor and since when, in the order in which they were recorded; one for each child. */
  readonly merges: readonly (readonly [child: string, into: string, at: number])[];
  /** Equal for equal words. */
  readonly version: string;
}

const isWord = (fact: Fact): fact is CorrectionFact => fact.kind.startsWith('correction.');
const instantOf = ({ at, observedAt }: Fact): number => at ?? observedAt;

/** In the order in which they were first recorded; of one instant by identity. */
function recorded<F extends Fact>(facts: readonly F[]): F[] {
  const sorted = [...facts].sort(
    (a, b) =>
      a.recordedAt - b.recordedAt || (a.factId < b.factId ? -1 : a.factId > b.factId ? 1 : 0),
  );
  const ids = new Set<string>();
  return sorted.filter(({ factId }) => !ids.has(factId) && ids.add(factId));
}

export function wordsIn(prefix: readonly Fact[]): Words {
  const all = recorded(prefix.filter(isWord));
  const holds = ({ factId }: Fact): boolean =>
    all.every((other) => {
      const takesBack = other.kind === 'correction.supersede' && other.entity === factId;
      return !takesBack || !holds(other);
    });
  const standing = all.filter(holds);
  const of = <K extends CorrectionFact['kind']>(kind: K): FactOf<K>[] =>
    standing.filter((word) => word.kind === kind) as unknown as FactOf<K>[];
  const retracts = of('correction.retract');
  const merges = new Map<string, readonly [string, string, number]>();
  for (const word of of('correction.merge')) {
    // Said anew it is said later: deleted first, so that it goes to the end.
    merges.delete(word.entity);
    merges.set(word.entity, [word.entity, word.body.into, instantOf(word)]);
  }
  const wholly = retracts.filter(({ body }) => body.messageId === null);
  const closers = Map.groupBy(of('correction.closed_by'), ({ entity }) => entity);
  const partly = Map.groupBy(
    retracts.filter(({ body }) => body.messageId !== null),
    ({ entity }) => entity,
  );
  return {
    retracted: new Map(wholly.map((word) => [word.entity, instantOf(word)])),
    retractedMessages: mapped(partly, ({ body }) => body.messageId!),
    closers: mapped(closers, (word) => ({ at: instantOf(word), closedBy: word.body.closedBy })),
    authors: new Map(of('correction.author_kind').map(({ entity, body }) => [entity, body.author])),
    merges: [...merges.values()],
    version: standing.map(({ factId }) => factId).join(),
  };
}

function mapped<A, B>(
  lists: ReadonlyMap<string, readonly A[]>,
  map: (one: A) => B,
): Map<string, B[]> {
  return new Map([...lists].map(([key, list]) => [key, list.map(map)]));
}

/** What the sources say of closes: those that a log audited first, then those that are declared. */
export function sourcesSay(facts: readonly Fact[]): SaidCloser[] {
  const said = recorded(facts.filter((fact) => fact.kind === 'close.evidence'));
  const by = (basis: 'audited' | 'declared'): SaidCloser[] =>
    said
      .filter(({ body }) => body.basis === basis)
      .map((fact) => ({ at: instantOf(fact), closedBy: fact.body.closedBy }));
  return [...by('audited'), ...by('declared')];
}
