/**
 * Short stories in which conversations go to and fro: turns that are answered, dropped and released,
 * bots that cover and give away, customers who come back, automations that close, rests, handoffs.
 * Steps of the desk of any-desk.ts.
 */
import fc from 'fast-check';
import { withCalendars } from './any-desk-calendars.ts';
import { withDetails } from './any-desk-details.ts';
import {
  ask,
  type Beat,
  bot,
  DAY_MS,
  GIVEN_AWAY,
  gap,
  MOVES,
  note,
  OWNERS,
  type Phrase,
  RESTS,
  reply,
  SILENCES,
  soon,
  TO_AND_FRO,
} from './any-desk-phrases.ts';
import type { DeskStep } from './any-desk-step.ts';

export { AUTO_CLOSE_MS } from './any-desk-phrases.ts';

const STEPS_MAX = 12;
const LONG_GAPS_MS = [1, 34, 36, 36, 80].map((days) => days * DAY_MS);

/** How a move is made, whatever it is. */
const circumstances: fc.Arbitrary<Omit<DeskStep, 'what' | 'gapMs' | 'id'>> = fc.record({
  author: fc.constant('customer'),
  agent: fc.constantFrom('ada', 'ada', 'ben', 'robot', null),
  team: fc.constantFrom('tier1', 'tier2', null),
  state: fc.constant('waiting_on_you'),
  channel: fc.constantFrom('email', 'email', 'email', 'chat', null),
  seen: fc.constantFrom(
    ...(['read', 'read', 'read', 'read', 'read', 'read', 'read', 'read', 'read'] as const),
    ...(['look', 'body', 'body+read', 'late', 'unseen', 'import'] as const),
  ),
  lateMs: fc.constantFrom(0, 800, 59_000, 120_000),
  aheadMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 7_000),
  twice: fc.constantFrom(false, false, true),
  amount: fc.constant(0),
  latestMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 1_000, 1_001, -5_000, null),
});

export const beat = ([made, gapMs]: Beat, id: string): fc.Arbitrary<DeskStep> =>
  fc.tuple(circumstances, gapMs).map(([how, ms]) => ({ ...how, ...made, id, gapMs: ms }));

export const phraseOf = (phrases: readonly Phrase[]): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(fc.constantFrom(...phrases), fc.constantFrom('I1', 'I1', 'I1', 'I2'))
    .chain(([beats, id]) => fc.tuple(...beats.map((one) => beat(one, id))));

/** Each story is about some of it: one about everything would seldom come to a point. */
const THEMES: readonly fc.Arbitrary<DeskStep[]>[] = [
  phraseOf([...TO_AND_FRO, ...MOVES, ...SILENCES]),
  phraseOf([[[reply, gap]], ...MOVES]),
  phraseOf([[[reply, gap]], ...MOVES]),
  phraseOf([[[ask, gap]], ...SILENCES, ...SILENCES]),
  phraseOf([...TO_AND_FRO, ...RESTS, ...RESTS]),
  phraseOf([...TO_AND_FRO, ...OWNERS, ...OWNERS]),
  phraseOf([...RESTS, ...OWNERS, ...SILENCES]),
];

/** Most begin with a turn that was answered: the next one is the second. */
type Prologues = readonly (readonly Beat[])[];

const PROLOGUES: Prologues = [
  [
    [ask, gap],
    [reply, gap],
  ],
  [
    [ask, gap],
    [reply, gap],
  ],
  [
    [ask, gap],
    [bot, soon],
  ],
  [[reply, gap]],
  [[note, gap]],
];

type Themes = readonly fc.Arbitrary<DeskStep[]>[];

export const storiesOf = (
  themes: Themes,
  prologues: Prologues = PROLOGUES,
): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(
      fc
        .constantFrom(...prologues)
        .chain((beats) => fc.tuple(...beats.map((one) => beat(one, 'I1')))),
      fc
        .constantFrom(...themes)
        .chain((phrase) => fc.array(phrase, { minLength: 2, maxLength: 5 })),
    )
    .map(([first, rest]) => [...first, ...rest.flat()].slice(0, STEPS_MAX));

const NO_END = Array.from({ length: 3 * GIVEN_AWAY.length }, (): Phrase => []);
/** Every fourth story ends so; drawn after the rest, which a seed tells as without it. */
const epilogue: fc.Arbitrary<DeskStep[]> = fc
  .constantFrom<Phrase>(...GIVEN_AWAY, ...NO_END)
  .chain((beats) => fc.tuple(...beats.map((one) => beat(one, 'I3'))));

const whole = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  withCalendars(withDetails(fc.tuple(stories, epilogue).map(([story, end]) => [...story, ...end])));

export const turnStories: fc.Arbitrary<DeskStep[]> = whole(storiesOf(THEMES));

/** With weeks between phrases, so that closed conversations are forgotten but for a summary. */
export const longStoriesOf = (
  themes: Themes,
  prologues: Prologues = PROLOGUES,
): fc.Arbitrary<DeskStep[]> =>
  storiesOf(
    themes.map((phrase) =>
      fc
        .tuple(phrase, fc.constantFrom(0, 0, ...LONG_GAPS_MS))
        .map(([[first, ...rest], restMs]) => [
          { ...first!, gapMs: first!.gapMs + restMs },
          ...rest,
        ]),
    ),
    prologues,
  );

export const longTurnStories: fc.Arbitrary<DeskStep[]> = whole(longStoriesOf(THEMES));
