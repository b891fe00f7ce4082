/** Agents on topics of any desk, against a ledger of who resolved what in which time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { sparedIn } from '../../../tests/support/spared.ts';
import { type Resolved, TopicDesk, topicSteps } from '../../../tests/support/topic-desk.ts';
import { type Cell, parseSeriesKey } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, type LogTime } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const ID = 'agent-specialisation';

/** What the ledger says of a pair; null: not enough, or no time. */
function ledgerOf(desk: TopicDesk, agent: string, topic: string, from: number): number | null {
  const { ledger, team } = desk;
  const onTopic = [...ledger.values()].filter((one) => one.topic === topic && one.at >= from);
  const isMate = (one: string): boolean => !team.includes(agent) || team.includes(one);
  const mates = onTopic.filter((one) => isMate(one.agent));
  const own = mates.filter((one) => one.agent === agent);
  const meanOf = (those: readonly Resolved[]): number =>
    those.reduce((sum, { ms }) => sum + ms, 0) / those.length;
  const m = meanOf(mates);
  if (own.length < 10 || !(m > 0)) return null;
  const est = (own.length * meanOf(own) + 20 * m) / (own.length + 20);
  return ((m - est) / m) * 1_000_000;
}

function cellsIn(fold: FactFold): [key: string, cell: Cell][] {
  return [...fold.keys()].sort().flatMap((key) => {
    if (!key.startsWith(`acme/${ID}`)) return [];
    return fold.read(key)!.series!.cells.map((cell): [string, Cell] => [key.slice(5), cell]);
  });
}

function judge(fold: FactFold, desk: TopicDesk, told: { pairs: number; none: number }): void {
  for (const [key, { from, value }] of cellsIn(fold)) {
    const { assignee, category } = parseSeriesKey(key)!.dims;
    if (assignee === undefined) continue;
    const expected = desk.isDeclared ? ledgerOf(desk, assignee, category!, from) : null;
    if (expected === null) expect([key, value]).toEqual([key, null]);
    // The ledger is kept in doubles.
    else expect(Math.abs(value! - expected), key).toBeLessThan(0.51);
    told.pairs += Number(expected !== null);
    told.none += Number(expected === null);
  }
}

it('SPEC-1 SPEC-2 SPEC-3 SPEC-4 SPEC-5 of any desk, stepped and restored, it is what its ledger says', () => {
  const seen = { pairs: 0, none: 0 };
  fc.assert(
    fc.property(topicSteps, fc.boolean(), fc.nat(), (any, isAsked, nat) => {
      // What was forgotten while nobody asked is not known: of half of them it is asked for all along.
      const told = isAsked ? any.filter(({ what }) => what !== 'declare') : any;
      const desk = new TopicDesk(told);
      const cut = nat % desk.facts.length;
      const fold = folded(desk.facts);
      let other = newFold();
      for (const [i, fact] of desk.facts.entries()) {
        for (let now: number = other.T; now > 0 && now < fact.recordedAt; now += DAY_MS) {
          other.advance(now as LogTime);
        }
        folded([fact], other);
        if (i !== cut) continue;
        const copy = newFold();
        copy.restore([...other.encode()], other.T);
        other = copy;
      }
      if (isAsked) judge(fold, desk, seen);
      for (const laterMs of [0, 20 * DAY_MS, 40 * DAY_MS]) {
        const T = (desk.facts.at(-1)!.recordedAt + laterMs) as LogTime;
        fold.advance(T);
        for (let now: number = other.T; now < T; now += 9 * HOUR_MS) other.advance(now as LogTime);
        other.advance(T);
        if (isAsked) judge(other, desk, seen);
        expect(cellsIn(other)).toEqual(cellsIn(fold));
        expect([...other.encode()]).toEqual([...fold.encode()]);
      }
    }),
    { numRuns: 40 },
  );
  expect(seen.pairs).toBeGreaterThan(10);
  expect(seen.none).toBeGreaterThan(10);
}, 120_000);

it('SPEC-5 of any desk, what was not said to be dirty has not changed', () => {
  let spared = 0;
  fc.assert(
    fc.property(topicSteps, (told) => {
      spared += sparedIn(new TopicDesk(told).facts, ID);
    }),
    { numRuns: 30 },
  );
  expect(spared).toBeGreaterThan(0);
}, 120_000);
