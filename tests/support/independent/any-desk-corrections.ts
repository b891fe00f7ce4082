/**
 * Short stories in which somebody corrects what the sources say: who closed it, what is part of what,
 * what is out, who an author is; and in which a message turns up in two issues. Steps of the desk of
 * any-desk.ts.
 */
import fc from 'fast-check';
import {
  ask,
  type Beat,
  bot,
  DAY_MS,
  gap,
  type Move,
  type Phrase,
  reply,
  TO_AND_FRO,
} from './any-desk-phrases.ts';
import type { DeskStep, Word } from './any-desk-step.ts';
import { beat, longStoriesOf, storiesOf } from './any-desk-turns.ts';

const IDS = ['I1', 'I2', 'I3'] as const;
const CLOSERS = [
  ...(['human', 'automation_silence', 'unknown', 'ai_agent', 'customer'] as const),
  ...(['automation_rule', 'external_sync', 'bulk', 'merge'] as const),
];
/** Now, and around the second and the look of a close before. */
const BACKS_MS = [0, 0, 1_000, 20_000, 60_000, 600_000, 3_600_000];

const anyWord: fc.Arbitrary<Word> = fc.oneof(
  fc.constant<Word>({ kind: 'retract' }),
  fc.constant<Word>({ kind: 'retract', isMessage: true }),
  ...IDS.map((into) => fc.constant<Word>({ kind: 'merge', into })),
  fc.record({
    kind: fc.constant('closed_by' as const),
    closedBy: fc.constantFrom(...CLOSERS),
    backMs: fc.constantFrom(...BACKS_MS),
  }),
  fc.record({
    kind: fc.constant('author_kind' as const),
    author: fc.constantFrom('ada', 'ben', 'robot'),
    is: fc.constantFrom('customer' as const, 'human' as const, 'bot' as const),
  }),
  fc.record({ kind: fc.constant('supersede' as const), nth: fc.constantFrom(0, 0, 1, 2) }),
  fc.record({ kind: fc.constant('supersede' as const), nth: fc.constantFrom(0, 0, 1, 2) }),
  fc.record({
    kind: fc.constant('evidence' as const),
    closedBy: fc.constantFrom(...CLOSERS),
    basis: fc.constantFrom('audited' as const, 'declared' as const),
    backMs: fc.constantFrom(...BACKS_MS),
  }),
);

const close: Move = { what: 'close' };
const ended: Move = { what: 'aiResolved', isAiResolved: true, seen: 'unseen' };
const back: Move = { what: 'state', state: 'waiting_on_you' };
const gone: Move = { what: 'gone' };
const said: Move = { what: 'word' };
const word = (says: Word): Move => ({ what: 'word', says });
const takenBack: Move = word({ kind: 'supersede', nth: 0 });
const graft = (from: string): Move => ({ what: 'graft', word: from });
const read = (move: Move): Move => ({ ...move, seen: 'read' });

const one = (...moves: readonly Move[]): Phrase => moves.map((move) => [move, gap] as const);

/** Of a close: at once, beside another word, after the next one, by the source, taken back. */
const CLOSED: readonly Phrase[] = CLOSERS.flatMap((closedBy) => {
  const by = (backMs: number): Move => word({ kind: 'closed_by', closedBy, backMs });
  const declared = word({ kind: 'evidence', closedBy, basis: 'declared', backMs: 0 });
  const audited = word({ kind: 'evidence', closedBy, basis: 'audited', backMs: 1_000 });
  return [
    one(close, by(0)),
    one(ask, bot, close, by(20_000)),
    one(close, said, by(60_000)),
    one(close, back, by(0), close),
    one(close, back, close, by(600_000), by(0)),
    one(close, audited, declared),
    one(declared, close, audited, said),
    one(close, by(0), takenBack),
  ];
});

/** Each of one issue; what is merged, of another. */
const PHRASES: readonly Phrase[] = [
  ...TO_AND_FRO,
  one(said),
  one(said),
  one(said, said),
  one(close, said),
  one(reply, close, said, said),
  ...IDS.flatMap((id) => [
    one(read(graft(id))),
    one(read(graft(id)), read(close)),
    one(read(graft(id)), gone),
    one(read(close), read(graft(id)), { what: 'vanish' }),
    one(word({ kind: 'merge', into: id }), ask, reply),
    one(word({ kind: 'merge', into: id }), said, takenBack),
    one(word({ kind: 'merge', into: id }), word({ kind: 'retract', isMessage: true })),
  ]),
  one(read(close)),
  one(gone),
];

const spoken = (each: Beat, id: string): fc.Arbitrary<DeskStep> =>
  fc.tuple(beat(each, id), anyWord).map(([step, says]) => ({ says, ...step }));

const around = (ms: number): fc.Arbitrary<number> =>
  fc.constantFrom(ms - 1, ms, ms + 1, ms + 1_000);
/** A bot answers, the AI ends it; then silence, a return, a person, a rating, around 3 and 7 days. */
const CLAIMS: readonly Phrase[] = [3, 7].flatMap((days) => {
  const asked = read({ ...ask, channel: days === 3 ? 'chat' : 'email' });
  const claimed = one(asked, read(bot), ended, read(close));
  const afterwards: readonly Move[] = [
    { what: 'tick' },
    reply,
    { ...ask, brings: 'waiting_on_you' },
    { what: 'rate', scores: [5] },
    { what: 'rate', scores: [1] },
  ];
  return afterwards.flatMap((move): Phrase[] => [
    [...claimed, [move, around(days * DAY_MS)]],
    [...claimed, [move, gap], [{ what: 'tick' }, around(days * DAY_MS)]],
  ]);
});

const themeOf = (phrases: readonly Phrase[]): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(fc.constantFrom(...phrases), fc.constantFrom(...IDS))
    .chain(([beats, id]) => fc.tuple(...beats.map((each) => spoken(each, id))));

/** Only a word that a phrase leaves open is any word. */
const THEMES = [
  themeOf([...TO_AND_FRO, ...CLOSED]),
  themeOf(PHRASES),
  themeOf([...PHRASES, ...CLOSED]),
];

const FIRST: readonly (readonly Beat[])[] = [
  one(read(ask), read(bot)),
  one(read(ask), read(reply)),
  one(read(ask), read(reply), read(close)),
  one(said, read(ask)),
];
/** The other two are there too. */
const others: fc.Arbitrary<DeskStep[]> = fc.tuple(
  ...IDS.slice(1).flatMap((id) => one(read(ask), read(reply)).map((each) => spoken(each, id))),
);

/** Every other story ends with a claim of an AI, in an issue that no person has answered. */
const claims: fc.Arbitrary<DeskStep[]> = fc
  .constantFrom<Phrase>(...CLAIMS, ...CLAIMS.map((): Phrase => []))
  .chain((beats) => fc.tuple(...beats.map((each) => spoken(each, 'I4'))));

const withOthers = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  fc.tuple(others, stories, claims).map((parts) => parts.flat());
const firstOf = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  fc.tuple(stories, anyWord).map(([steps, says]) => steps.map((step) => ({ says, ...step })));

export const correctedStories: fc.Arbitrary<DeskStep[]> = withOthers(
  firstOf(storiesOf(THEMES, FIRST)),
);
/** With weeks between phrases, so that closed conversations are forgotten but for a summary. */
export const longCorrectedStories: fc.Arbitrary<DeskStep[]> = withOthers(
  firstOf(longStoriesOf(THEMES, FIRST)),
);
