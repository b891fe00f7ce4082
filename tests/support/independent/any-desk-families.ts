/**
 * Short stories of escalations, ratings, labels, ping-pong, closes by an AI, and of what is removed
 * and comes back. Steps of the desk of any-desk.ts, which must have declared `FAMILIES`.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import fc from 'fast-check';
import {
  ask,
  type Beat,
  bot,
  DAY_MS,
  gap,
  type Move,
  OWNERS,
  type Phrase,
  reply,
  SILENCES,
  soon,
  TO_AND_FRO,
} from './any-desk-phrases.ts';
import type { DeskStep } from './any-desk-step.ts';
import { beat, longStoriesOf, phraseOf, storiesOf } from './any-desk-turns.ts';

/** tier3 has no rank; the bot is nobody even as a manager. */
export const FAMILIES: Partial<WorkspaceConfig> = {
  trackedFields: ['bug', 'colour'],
  handoverFields: ['bug', 'size'],
  teamRanks: { tier1: 1, tier2: 2, tier4: 4 },
  managers: ['mia', 'robot'],
  // Ben has that role.
  managerRoles: ['lead'],
  escalationTags: ['Escalated', 'VIP'],
  escalationFields: ['bug'],
  csatScale: { min: 1, max: 5, positiveFrom: 4 },
  spamStatuses: ['Junk', 'spam'],
  by: Object.fromEntries([
    ...[
      ...['escalation-rate', 'escalations', 'handoff-pingpongs', 'tag-coverage'],
      'conversation-handoff-rate',
    ].map((metric) => [metric, ['assignee', 'priority', 'tag', 'assignee,tag']]),
    ...['csat', 'ratings'].map((metric) => {
      return [metric, ['assignee', 'priority', 'tag', 'channel,priority,tag']];
    }),
    ...['tag-frequency', 'custom-field-utilisation'].map((metric) => [metric, ['category']]),
    ['handoffs-per-conversation', ['assignee', 'handled_by', 'assignee,handled_by']],
    ['escalation-bounce', ['category', 'category,team']],
    ['account-response-time', ['account', 'account,account_tier']],
    ['longest-waiting', ['account', 'priority', 'account,priority']],
    ['csat-gap-ai', ['account_tier,channel']],
  ]),
};

const tag = (word: string | null): Move => ({ what: 'tag', word });
const field = (word: string | null): Move => ({ what: 'field', word });
const external = (word: string | null): Move => ({ what: 'external', word });
const rank = (word: string | null, twice = false): Move => ({ what: 'rank', word, twice });
const slug = (word: string | null): Move => ({ what: 'slug', word });
const rate = (...scores: readonly number[]): Move => ({ what: 'rate', scores });
const ai = (isAiResolved: boolean | null): Move => ({ what: 'aiResolved', isAiResolved });
const to = (agent: string | null): Move => ({ what: 'agent', agent });
const team = (id: string | null): Move => ({ what: 'team', team: id });
const close: Move = { what: 'close' };
const back: Move = { what: 'state', state: 'waiting_on_you' };
const look: Move = { what: 'touch' };
/** Done, but not looked at: the next look shows it together with what follows. */
const unseen = (move: Move): Move => ({ ...move, seen: 'unseen' });

const one = (...moves: readonly Move[]): Phrase => moves.map((move) => [move, gap] as const);
/** Beyond the minute in which what is taken back never was. */
const slow = (...moves: readonly Move[]): Phrase =>
  moves.map((move) => [move, fc.constantFrom(60_001, 600_000)] as const);
const quick = (...moves: readonly Move[]): Phrase => moves.map((move) => [move, soon] as const);
/** Around the day of a ping-pong. */
const around: fc.Arbitrary<number> = fc.constantFrom(
  ...[DAY_MS - 1, DAY_MS, DAY_MS + 1, DAY_MS - 5_000, DAY_MS + 5_000],
);

const UP: readonly Phrase[] = [
  ...['tier1', 'tier2', 'tier3', 'tier4', null].map((id) => one(team(id))),
  ...['ada', 'ben', 'mia', 'robot', null].map((id) => one(to(id))),
  one(team('tier1'), team(null), team('tier2')),
  one(team('tier1'), team('tier3'), team('tier2')),
  one(to('ada'), to('mia'), to('ben')),
  quick(team('tier1'), to('ada'), team('tier2'), to('ben')),
  one(external('J-1')),
  one(external('J-1'), external('J-2'), external(null)),
  one(tag('escalated'), field('bug')),
  one(tag('vip'), tag('VIP')),
  one(unseen(tag('Escalated')), field('bug')),
  one(unseen(tag('Escalated')), unseen(external('J-1')), unseen(team('tier4')), to('mia')),
  one(unseen(external('J-1')), close),
  one(field('bug'), field('bug')),
];

const LABELS: readonly Phrase[] = [
  slow(rank('high', true), rank('low', true), rank(null, true)),
  slow(rank('high', true), rank(null, true)),
  quick(rank('high'), rank(null)),
  one(tag('billing'), tag('refund'), tag(null)),
  one(unseen(tag('billing')), tag('refund'), close),
  one(field('colour'), field('size'), field(null)),
  one(tag('billing'), close, back),
];

const RATINGS: readonly Phrase[] = [
  one(close, rate(5)),
  one(close, rate(3), rate(3, 5)),
  one(rate(4), rate(9), rate(2)),
  one(rate(4), rate(), rate(4)),
  one(rate(0), rate(6), rate(3.5)),
  one(to('ada'), close, to('ben'), rate(1)),
  one(to(null), reply, close, rate(4)),
  one(unseen(rate(5)), close),
  one(unseen(close), rate(5, 2)),
];

const PINGPONG: readonly Phrase[] = [
  [
    [reply, gap],
    [to('ada'), gap],
    [to('ben'), gap],
    [to('ada'), around],
  ],
  [
    [reply, gap],
    [team('tier1'), gap],
    [team('tier2'), gap],
    [team('tier1'), around],
  ],
  quick(to('ada'), team('tier1'), to('ben'), team('tier2'), to('mia'), team('tier4')),
  one(to('ben'), to(null), to('ben'), to('ada')),
];

const AI: readonly Phrase[] = [
  one(ask, bot, ai(true), close),
  one(bot, unseen(ai(true)), close),
  one(ai(true), ai(false), close),
  one(ai(true), reply, close),
  one(unseen(ai(null)), close, ai(true), back, close),
  one(to(null), ask, bot, field('bug'), to('ada')),
  one(to(null), ask, bot, field('size'), field('bug'), reply),
  one(to(null), ask, bot, unseen(field('size')), to('ben')),
];

const GONE: readonly Phrase[] = [
  one(tag('SPAM')),
  one(tag('spam'), tag('billing'), tag('spam')),
  one(slug('junk'), slug(null)),
  one(slug('Junk'), tag('spam'), slug(null), tag('spam')),
  one({ what: 'gone' }),
  one({ what: 'gone' }, look),
  one({ what: 'gone' }, look, { what: 'gone' }, look),
  one(tag('spam'), { what: 'gone' }, look, tag('spam')),
  one({ what: 'group', twice: true }),
  one({ what: 'group', twice: true }, { what: 'group', twice: true }),
  one({ what: 'group', twice: true }, tag('spam'), { what: 'group', twice: true }, tag('spam')),
  one(close, tag('spam')),
];

const ALL: readonly Phrase[] = [...UP, ...LABELS, ...RATINGS, ...PINGPONG, ...AI, ...GONE];

const THEMES: readonly fc.Arbitrary<DeskStep[]>[] = [
  phraseOf([...UP, ...TO_AND_FRO]),
  phraseOf([...OWNERS, ...PINGPONG, ...PINGPONG]),
  phraseOf(LABELS),
  phraseOf([...RATINGS, ...OWNERS, ...TO_AND_FRO]),
  phraseOf([...AI, ...SILENCES]),
  phraseOf([...GONE, ...RATINGS]),
  phraseOf([...GONE, ...TO_AND_FRO]),
  phraseOf(ALL),
];

/** Some begin with something that the first look shows. */
const FIRST: readonly (readonly Beat[])[] = [
  one(ask, reply),
  one(ask, reply),
  one(ask),
  one(unseen(tag('spam')), look),
  one(unseen(tag('VIP')), unseen(external('J-1')), unseen(rate(5)), look),
  one(unseen(ai(true)), close),
];

const read = (move: Move): Move => ({ ...move, seen: 'read', aheadMs: 0 });
const reads = (...moves: readonly Move[]): Phrase => one(...moves.map(read));
const about = (category: string, account = 'acme'): Move => ({
  ...ask,
  detail: { account, category },
});
/** A bot speaks, and gives it to Ada. */
const given: Phrase = reads(about('login'), bot, to('ada'));
const byBot = (...scores: readonly number[]): Phrase =>
  reads(about('login'), bot, close, rate(...scores));
const byPerson = (...scores: readonly number[]): Phrase =>
  reads(about('login'), reply, close, rate(...scores));

/** As many replies to an account as say something of it. */
const OFTEN: readonly [Phrase, Phrase] = [
  [1, 2, 3].flatMap(() => reads(about('login'), reply)),
  [1, 2].flatMap(() => reads(about('login'), reply)),
];

/** Ends of stories, each of two conversations of their own. */
const ENDS: readonly (readonly [Phrase, Phrase])[] = [
  // What a bot gave away goes on, or back, around a day later; or together with the handoff.
  [
    [...given, [read(team('tier2')), around]],
    [...given, [read(to('robot')), around]],
  ],
  [
    [...given, ...quick(read(team('tier2')))],
    [...given, ...reads(to(null), to('robot'))],
  ],
  [reads(about('login'), bot, reply, team('tier2')), [...given, ...reads(reply, team('tier2'))]],
  // Ratings of what a bot did alone beside those of persons; of both at once.
  [byBot(5), byPerson(5)],
  [byBot(1), byPerson(4)],
  [byBot(4), reads(about('login'), bot, reply, close, rate(2))],
  // Several tags and fields at the close, on topics that are told apart.
  [
    reads(about('login'), tag('billing'), tag('refund'), tag('VIP'), close),
    reads(about('login'), tag('billing'), tag('refund'), field('colour'), close),
  ],
  [
    reads(about('login'), tag('billing'), field('bug'), field('colour'), field('size'), close),
    reads(about('billing'), tag('refund'), close),
  ],
  // Handed on until it is closed, and after.
  [
    reads(about('login'), reply, to('ada'), to('ben'), team('tier2'), close),
    reads(about('login'), reply, to('ben'), to('ada'), close, to('ben')),
  ],
  ...[OFTEN, OFTEN],
];
const NO_ENDS = ENDS.slice(5).map((): readonly [Phrase, Phrase] => [[], []]);

/** Two of three stories end so; drawn after the rest, which a seed tells as without it. */
const ends: fc.Arbitrary<DeskStep[]> = fc
  .constantFrom(...ENDS, ...NO_ENDS)
  .chain(([first, second]) =>
    fc.tuple(...first.map((each) => beat(each, 'I4')), ...second.map((each) => beat(each, 'I5'))),
  );
const ended = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  fc.tuple(stories, ends).map(([story, end]) => [...story, ...end]);

export const familyStories: fc.Arbitrary<DeskStep[]> = ended(storiesOf(THEMES, FIRST));
/** With weeks between phrases, so that closed conversations are forgotten but for a summary. */
export const longFamilyStories: fc.Arbitrary<DeskStep[]> = ended(longStoriesOf(THEMES, FIRST));
