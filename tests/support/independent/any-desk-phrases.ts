/** What belongs together in a story of any-desk-turns.ts: moves, each some time after the one before. */
import fc from 'fast-check';
import type { DeskStep } from './any-desk-step.ts';

/** Silence after which the desk's automation closes; a close is its own within 12 min of that. */
export const AUTO_CLOSE_MS = 7_200_000;
export const DAY_MS = 86_400_000;

export type Move = Pick<DeskStep, 'what'> & Partial<DeskStep>;

const say = (author: DeskStep['author'], more: Partial<DeskStep> = {}): Move => ({
  what: 'message',
  author,
  ...more,
});
export const ask: Move = say('customer');
const askAgain: Move = say('customer', { brings: 'waiting_on_you' });
export const reply: Move = say('human');
const replyAndMove: Move = say('human', { brings: 'waiting_on_customer' });
export const bot: Move = say('bot', { agent: 'robot' });
const botAndMove: Move = say('bot', { agent: 'robot', brings: 'waiting_on_customer' });
const move: Move = { what: 'state', state: 'waiting_on_customer' };
const back: Move = { what: 'state', state: 'waiting_on_you' };
const close: Move = { what: 'close' };
const give: Move = { what: 'agent' };
const giveTo = (agent: DeskStep['agent']): Move => ({ what: 'agent', agent });
const replyBy = (agent: string): Move => say('human', { agent });
export const note: Move = { what: 'note' };
const hold: Move = { what: 'state', state: 'on_hold' };
const snooze = (snoozeMs: number | null): Move => ({ what: 'snooze', snoozeMs });
const wake: Move = snooze(null);

/** Around the minute of a release, the two of a cover, the hour before a close, the day of a courtesy. */
const GAPS_MS = [
  0,
  400,
  1_000,
  20_000,
  20_000,
  59_000,
  59_999,
  60_000,
  60_001,
  61_000,
  61_000,
  119_000,
  119_999,
  120_000,
  120_001,
  121_000,
  121_000,
  600_000,
  600_000,
  3_599_000,
  3_601_000,
  70_000_000,
  DAY_MS,
  DAY_MS + 1,
];
const OFF_MS = [0, 0, 500, 60_000, 719_000, 720_000, 720_001, 721_000];
const SILENCES_MS = OFF_MS.flatMap((ms) => [AUTO_CLOSE_MS - ms, AUTO_CLOSE_MS + ms]);

export const gap: fc.Arbitrary<number> = fc.constantFrom(...GAPS_MS);
const silence: fc.Arbitrary<number> = fc.constantFrom(...SILENCES_MS);
const hurry: fc.Arbitrary<number> = fc.constantFrom(400, 20_000, 59_000, 60_000, 60_001, 61_000);
/** At once, before anything else can have happened. */
export const soon: fc.Arbitrary<number> = fc.constantFrom(0, 400, 1_000, 5_000);

/** As long as a snooze, and a little off: the next look begins as it ends. */
const around = (ms: number): fc.Arbitrary<number> => fc.constantFrom(ms - 1, ms, ms, ms + 400);
const SNOOZE_MS = 600_000;

export type Beat = readonly [Move, fc.Arbitrary<number>];

/** Beats that belong together; the gap of the first is the story's. */
export type Phrase = readonly Beat[];

export const TO_AND_FRO: readonly Phrase[] = [
  [[ask, gap]],
  [[reply, gap]],
  [[note, gap]],
  [[give, gap]],
  [[say('automation'), gap]],
  [[{ what: 'edit' }, gap]],
  [[{ what: 'vanish' }, gap]],
  // A customer insists, and is answered.
  [
    [ask, gap],
    [ask, gap],
    [reply, gap],
  ],
  // A bot covers, until the customer insists, or a person is given it.
  [
    [ask, gap],
    [bot, soon],
  ],
  [
    [ask, gap],
    [bot, soon],
    [ask, gap],
  ],
  [
    [ask, gap],
    [bot, soon],
    [give, gap],
  ],
  // Closed, and asked again: with and without a word of the team, or never seen to reopen.
  [
    [close, gap],
    [askAgain, gap],
    [close, gap],
  ],
  [
    [close, gap],
    [askAgain, gap],
    [reply, gap],
    [close, gap],
  ],
  [
    [close, gap],
    [ask, gap],
  ],
  [
    [close, gap],
    [back, gap],
  ],
  [[{ what: 'spam' }, gap]],
];

export const MOVES: readonly Phrase[] = [
  // Moved to the customer without a word: for good, for less than a minute, by a bot.
  [
    [ask, gap],
    [move, gap],
  ],
  [
    [ask, gap],
    [move, gap],
    [back, hurry],
  ],
  [
    [ask, gap],
    [move, gap],
    [ask, hurry],
  ],
  [
    [ask, gap],
    [bot, soon],
    [move, hurry],
  ],
  [[botAndMove, gap]],
];

export const SILENCES: readonly Phrase[] = [
  // Closed after a silence.
  [
    [replyAndMove, gap],
    [close, silence],
  ],
  [
    [botAndMove, gap],
    [close, silence],
  ],
];

export const RESTS: readonly Phrase[] = [
  // On hold: for good, until it is taken up, or until the customer writes.
  [[hold, gap]],
  [
    [hold, gap],
    [back, gap],
  ],
  [
    [hold, gap],
    [ask, gap],
    [back, gap],
  ],
  [
    [say('human', { brings: 'on_hold' }), gap],
    [askAgain, gap],
  ],
  // Snoozed: over between looks, with one, by hand, by the customer, anew, beside a hold, not at all.
  [[snooze(60_000), gap]],
  [[snooze(120_000), gap]],
  [[snooze(7_200_000), gap]],
  [[snooze(40 * DAY_MS), gap]],
  [
    [snooze(SNOOZE_MS), gap],
    [{ what: 'touch' }, around(SNOOZE_MS)],
  ],
  [
    [snooze(SNOOZE_MS), gap],
    [wake, gap],
  ],
  [
    [snooze(SNOOZE_MS), gap],
    [ask, gap],
    [snooze(SNOOZE_MS), gap],
  ],
  [
    [snooze(SNOOZE_MS), gap],
    [snooze(60_000), around(SNOOZE_MS)],
  ],
  [
    [snooze(SNOOZE_MS), gap],
    [hold, around(SNOOZE_MS)],
    [back, gap],
  ],
  [
    [snooze(SNOOZE_MS), gap],
    [close, gap],
  ],
  [
    [close, gap],
    [snooze(40 * DAY_MS), gap],
  ],
];

export const OWNERS: readonly Phrase[] = [
  // A bot gives it to a person, who answers; to a person before it spoke; to another bot.
  [
    [bot, gap],
    [giveTo('ada'), gap],
    [replyBy('ada'), gap],
  ],
  [
    [giveTo('ada'), gap],
    [bot, soon],
    [reply, soon],
  ],
  [
    [giveTo('robot'), gap],
    [bot, soon],
    [giveTo('ben'), gap],
  ],
  // Handed over after a reply: the new owner answers, another does, or it is closed or handed on first.
  [
    [replyBy('ada'), gap],
    [giveTo('ada'), soon],
    [giveTo('ben'), gap],
    [replyBy('ben'), gap],
  ],
  [
    [giveTo('ada'), gap],
    [giveTo('ben'), gap],
    [replyBy('ada'), gap],
    [replyBy('ben'), gap],
  ],
  [
    [giveTo('ben'), gap],
    [giveTo('ada'), gap],
    [replyBy('ben'), gap],
  ],
  [
    [giveTo('ben'), gap],
    [{ what: 'team' }, soon],
    [replyBy('ada'), gap],
  ],
  [
    [{ what: 'team' }, gap],
    [reply, gap],
  ],
  [
    [giveTo('ada'), gap],
    [giveTo('ben'), gap],
    [close, gap],
    [replyBy('ben'), gap],
  ],
];

const moved = (team: string): Move => ({ what: 'team', team });
const opening: Phrase = [
  [{ ...ask, seen: 'read', team: 'tier1' }, gap],
  [{ ...giveTo('ada'), seen: 'read' }, gap],
];
const answered: Phrase = [...opening, [{ ...replyBy('ada'), seen: 'read' }, gap]];

/** Ends of stories, each of a conversation of its own: given away, and nothing done to it since. */
export const GIVEN_AWAY: readonly Phrase[] = [
  // To another team before anybody answered, with its owner or without.
  [...opening, [moved('tier2'), gap]],
  [...opening, [giveTo(null), soon], [moved('tier2'), gap]],
  // By its owner, at once or after nobody had it; with the team, before it or after.
  [...answered, [giveTo('ben'), gap]],
  [...answered, [giveTo(null), gap], [giveTo('ben'), gap]],
  [...answered, [moved('tier2'), gap], [giveTo('ben'), soon]],
  [...answered, [giveTo('ben'), gap], [moved('tier2'), soon]],
];
