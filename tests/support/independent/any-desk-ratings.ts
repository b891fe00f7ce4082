/**
 * Stories of who rates whom: several customers, some of them more than once and some of whom nobody knows who
 * they are, and a few agents. Steps of the desk of any-desk.ts, which must have declared `FAMILIES`.
 */
import fc from 'fast-check';
import { ask, type Beat, DAY_MS, type Move, type Phrase } from './any-desk-phrases.ts';
import type { DeskStep } from './any-desk-step.ts';
import { beat } from './any-desk-turns.ts';

const HOUR_MS = 3_600_000;
const read = (move: Move): Move => ({ ...move, seen: 'read', aheadMs: 0 });
const after = (ms: number): fc.Arbitrary<number> => fc.constant(ms);
const soon = after(1_000);

interface Rating {
  readonly contact: string | null;
  readonly account: string | null;
  readonly agent: string | null;
  readonly score: number;
  readonly pauseMs: number;
}

/** Asked, closed by an agent and rated: the look that shows the rating shows all but the question. */
const told = ({ contact, account, agent, score, pauseMs }: Rating): Phrase => {
  const unseen = (move: Move): Beat => [{ ...move, seen: 'unseen' }, soon];
  return [
    [read({ ...ask, contact, detail: { account } }), soon],
    ...([{ what: 'agent', agent }, { what: 'close' }] as const).map(unseen),
    [read({ what: 'rate', scores: [score] }), after(pauseMs)],
  ];
};

const score = fc.constantFrom(5, 5, 1, 9);
/** A customer is mostly known by name, else by account, if at all. */
const customer = {
  contact: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', null),
  account: fc.constantFrom('acme', 'gold', null),
};
const rating: fc.Arbitrary<Rating> = fc.record({
  ...customer,
  score,
  agent: fc.constantFrom('ada', 'ada', 'ada', 'ada', 'ben', 'mia', null),
  // Some windows end meanwhile, and what is closed may be forgotten.
  pauseMs: fc.constantFrom(
    ...[1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 20_000, 61_000, 300_000],
    ...[HOUR_MS, DAY_MS, 8 * DAY_MS, 36 * DAY_MS],
  ),
});

/** One of those before is rated anew, and by somebody else. */
const again = fc.option(fc.record({ ...customer, score, nth: fc.nat({ max: 20 }) }), { freq: 5 });

const anyOrder: fc.Arbitrary<DeskStep[]> = fc
  .array(fc.tuple(rating, again), { minLength: 6, maxLength: 12 })
  .chain((all) => {
    const steps = all.flatMap(([one, other], i) => {
      const first = told(one).map((each) => beat(each, `R${i}`));
      if (!other) return first;
      const { contact, account, score: anew, nth } = other;
      const more = read({ what: 'rate', scores: [anew], contact, detail: { account } });
      return [...first, beat([more, soon], `R${nth % (i + 1)}`)];
    });
    return fc.tuple(...steps);
  });

/** The first few customers rate one agent. */
const round = (name: string, agent = 'ada', customers = 5): fc.Arbitrary<DeskStep>[] =>
  ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'].slice(0, customers).flatMap((contact, i) => {
    const all = { contact, account: null, agent, score: i % 2 === 0 ? 5 : 1, pauseMs: 0 };
    return told(all).map((each) => beat(each, `${name}${i}`));
  });
/** Enough for some, and of others fewer, alone or together. */
const beside: fc.Arbitrary<DeskStep[]> = fc
  .tuple(
    fc.constantFrom(5, 6),
    fc.constantFrom(0, 5, 6),
    fc.constantFrom(1, 2, 4),
    fc.nat({ max: 3 }),
  )
  .chain(([ada, ben, mia, max]) =>
    fc.tuple(
      ...round('A', 'ada', ada),
      ...round('B', 'ben', ben),
      ...round('M', 'mia', mia),
      ...round('N', 'max', max),
    ),
  );
/** Five rate Ada, and again minutes later: in the window and in the one before. */
const twice: fc.Arbitrary<DeskStep[]> = fc.tuple(
  beat([read(ask), after(0)], 'A'),
  beat([read(ask), after(HOUR_MS)], 'B'),
  ...round('R'),
  beat([read(ask), after(280_000)], 'C'),
  ...round('S'),
);

export const ratingStories: fc.Arbitrary<DeskStep[]> = fc.oneof(
  { weight: 1, arbitrary: anyOrder },
  { weight: 1, arbitrary: twice },
  { weight: 1, arbitrary: beside },
);
