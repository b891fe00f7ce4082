/**
 * Stories over weeks in which customers come back: to what was closed, for thanks or for more, or
 * with something new on the same topic or another; by one owner or several, on chat and elsewhere;
 * meanwhile it costs. Steps of the desk of any-desk.ts, which must have declared `RETURNS`.
 */
import type { CostEntry } from '@sapwood/core/facts';
import fc from 'fast-check';
import { FAMILIES } from './any-desk-families.ts';
import { between, type Turn, turnOf } from './any-desk-hours.ts';
import { ask, type Beat, bot, DAY_MS, type Move, note, reply } from './any-desk-phrases.ts';
import type { Declared, DeskStep } from './any-desk-step.ts';
import { beat } from './any-desk-turns.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const OF_ISSUES = ['account_tier', 'category', 'handled_by'];
const OPENED = [
  ...['resolution-rate-no-human', 'repeat-contact-rate', 'repeat-contact-rate-any-topic'],
];
const CLOSED = [
  ...['resolution-rate', 'resolution-rate-flow', 'reopen-rate', 'reopen-rate-any'],
  ...['fcr-no-return', 'fcr-one-owner', 'fcr-one-touch', 'escalation-rate-all'],
];
/** And what it is told per: a tree declares those with it. */
const MONEY = [
  ...['contacts-handled', 'contacts-resolved', 'episodes-handled', 'handling-time-estimated'],
  ...['total-support-cost', 'cost-per-contact', 'cost-per-resolution', 'cost-per-episode'],
  ...['cost-per-handling-hour', 'handling-time-per-contact'],
];
const rows = (metrics: readonly string[], dimensions: readonly string[]): [string, string[]][] =>
  metrics.map((metric) => [metric, [...dimensions]]);

export const RETURNS: Declared = {
  ...FAMILIES,
  by: Object.fromEntries([
    ...rows(OPENED, [...OF_ISSUES, 'priority,tag']),
    ...rows(CLOSED, [...OF_ISSUES, 'assignee', 'assignee,channel,priority']),
    ...rows(MONEY, [...OF_ISSUES, 'assignee']),
  ]),
};

/** Around the days within which one comes back: to the millisecond, and to the second. */
const DAYS = [3, 6, 7, 7, 7, 8];
const AROUND_MS = DAYS.flatMap((days) => [-1, 0, 0, 1, 1_000].map((off) => days * DAY_MS + off));
const later: fc.Arbitrary<number> = fc.constantFrom(
  ...[400, MINUTE_MS + 1, HOUR_MS, 5 * HOUR_MS, 26 * HOUR_MS, 2 * DAY_MS],
  ...AROUND_MS,
);
const soon: fc.Arbitrary<number> = fc.constantFrom(MINUTE_MS + 1, 10 * MINUTE_MS, HOUR_MS);
/** Around the day of a courtesy. */
const thanks: fc.Arbitrary<number> = fc.constantFrom(40_000, HOUR_MS, DAY_MS, DAY_MS + 1);
const rests: fc.Arbitrary<number> = fc.constantFrom(
  ...[HOUR_MS, 5 * DAY_MS, 20 * DAY_MS, 28 * DAY_MS, 28 * DAY_MS + 1, 40 * DAY_MS],
);

const read = (move: Move): Move => ({ seen: 'read', aheadMs: 0, ...move });
const by = (agent: string): Move => read({ ...reply, agent });
const back: Move = read({ ...ask, brings: 'waiting_on_you' });
const close: Move = read({ what: 'close' });
const reopen: Move = read({ what: 'state', state: 'waiting_on_you' });
const to = (agent: string): Move => read({ what: 'agent', agent });
const team = (id: string): Move => read({ what: 'team', team: id });
const tick: Move = { what: 'tick' };
const mergedSaid: Move = {
  what: 'word',
  says: { kind: 'closed_by', closedBy: 'merge', backMs: 0 },
};
const retracted: Move = { what: 'word', says: { kind: 'retract' } };

type Phrase = readonly Beat[];
const soonAfter = (...moves: readonly Move[]): Phrase => moves.map((move) => [move, soon] as const);

/** Until it is closed: by nobody, one, several, a bot, a bot and one; gone up to another team. */
const WORK: readonly Phrase[] = [
  [],
  soonAfter(by('ada')),
  soonAfter(by('ada')),
  soonAfter(to('ada'), by('ada'), by('ada')),
  soonAfter(by('ada'), by('ben')),
  soonAfter(bot),
  soonAfter(read(bot), read({ what: 'aiResolved', isAiResolved: true })),
  soonAfter(bot, by('ben')),
  soonAfter(note, by('ada')),
  soonAfter(team('tier1'), by('ada'), team('tier2'), to('ben'), by('ben')),
  [...soonAfter(team('tier1'), by('ada')), [team('tier2'), rests]],
];

/** After that: for thanks, for more, by a person, without reopening, not at all; and time alone. */
const AFTER: readonly Phrase[] = [
  ...Array.from({ length: 10 }, (): Phrase => []),
  [[tick, later]],
  [[tick, rests]],
  [[back, later]],
  [
    [back, later],
    [close, thanks],
  ],
  [...soonAfter(back, close), [back, later], ...soonAfter(by('ada'), close)],
  [...soonAfter(back, close, back)],
  [[back, later], ...soonAfter(by('ada'), close)],
  [[back, later], ...soonAfter(by('ben'), close), [back, later]],
  [[reopen, later], ...soonAfter(close)],
  [...soonAfter(reopen, close), [back, later]],
  [[read(ask), later]],
  [[{ what: 'spam', seen: 'read' }, soon]],
  soonAfter({ what: 'gone' }),
  [
    [back, later],
    [tick, rests],
  ],
  soonAfter(mergedSaid),
  soonAfter(retracted),
];

type Customer = Pick<DeskStep, 'contact' | 'detail'>;
/** Mostly the one that comes back, on the topic of before. */
const customer: fc.Arbitrary<Customer> = fc
  .record({
    contact: fc.constantFrom('cleo', 'cleo', 'cleo', 'carl', null),
    account: fc.constantFrom('acme', 'acme', 'acme', 'acme', 'globex', null),
    category: fc.constantFrom('login', 'login', 'login', 'login', 'billing', null),
  })
  .map(({ contact, ...detail }) => ({ contact, detail }));

/** So long after it was opened, if it is answered an hour after that. */
const PUNCTUAL: Phrase = [
  [by('ada'), fc.constant(HOUR_MS)],
  [close, fc.constantFrom(...AROUND_MS.map((ms) => ms - HOUR_MS))],
];
const ENDS: readonly Phrase[] = [
  ...WORK.map((work): Phrase => [...work, [close, later]]),
  ...[PUNCTUAL, PUNCTUAL, PUNCTUAL],
  ...WORK.slice(0, 3),
];

/** One conversation: opened some time after what was before it, worked on, closed, and after. */
const conversation = (id: string, who: Customer): fc.Arbitrary<DeskStep[]> =>
  fc
    .record({
      channel: fc.constantFrom('email', 'email', 'chat', null),
      end: fc.constantFrom(...ENDS),
      after: fc.constantFrom(...AFTER),
      isProactive: fc.constantFrom(false, false, false, false, false, true),
    })
    .chain(({ channel, end, after, isProactive }) => {
      const before = isProactive ? soonAfter(by('ada'), close) : [];
      const opening: Beat = [read({ ...ask, channel, ...who }), later];
      return fc.tuple(...[...before, opening, ...end, ...after].map((one) => beat(one, id)));
    });

const scope: fc.Arbitrary<CostEntry['scope']> = fc.constantFrom(
  ...[undefined, undefined, undefined],
  { dimension: 'channel', value: 'chat' } as const,
  { dimension: 'team', value: 'tier2' } as const,
  { dimension: 'team', value: 'tier9' } as const,
  { dimension: 'account_tier', value: 'vip' } as const,
  { dimension: 'agent', value: 'ada' } as const,
  { dimension: 'handled_by', value: 'ai' } as const,
);
const driver: fc.Arbitrary<CostEntry['driver']> = fc.constantFrom(
  ...[undefined, undefined, undefined],
  ...(['handling_time', 'touches', 'contacts', 'bot_messages'] as const),
);
const CATEGORIES = ['salaries', 'tooling', 'telephony', 'ai_usage', 'overhead'] as const;

/** Of some weeks or at once, of all or of some, by what its category or it says. */
const cost: fc.Arbitrary<Turn> = fc
  .record({
    amountMicro: fc.integer({ min: -500_003, max: 5_000_011 }),
    category: fc.constantFrom(...CATEGORIES),
    lastsMs: fc.constantFrom(0, DAY_MS, 40 * DAY_MS, 100 * DAY_MS),
    costId: fc.constantFrom('rent', 'pay', 'line'),
    stage: fc.constantFrom('settled' as const, 'settled' as const, 'provisional' as const),
    scope,
    driver,
  })
  .map(({ scope: whose, driver: by_, ...told }) => {
    const more = { ...(whose ? { scope: whose } : {}), ...(by_ ? { driver: by_ } : {}) };
    return { what: 'cost', lateMs: 0, cost: { ...told, currency: 'GBP', ...more } };
  });

const tier: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('tier' as const),
  account: fc.constantFrom('acme', 'globex'),
  tier: fc.constantFrom('vip', 'vip', 'basic', null),
});

/** Mostly two conversations of one customer or of two; the first goes on beside the last. */
const stories: fc.Arbitrary<DeskStep[]> = fc
  .tuple(customer, customer, fc.constantFrom(true, true, true, false))
  .chain(([one, other, isSame]) =>
    fc.tuple(
      conversation('I1', one),
      conversation('I2', isSame ? one : other),
      fc.option(conversation('I3', other)),
      fc
        .constantFrom(...AFTER)
        .chain((beats) => fc.tuple(...beats.map((each) => beat(each, 'I1')))),
    ),
  )
  .map(([first, second, third, end]) => [...first, ...second, ...(third ?? []), ...end]);

/** One customer, one thing after the other: soon solved each time, mostly on one topic. */
const anew: fc.Arbitrary<DeskStep[]> = fc
  .tuple(
    fc.constantFrom('cleo', 'cleo', null),
    fc.array(
      fc.record({
        channel: fc.constantFrom('email', 'chat'),
        category: fc.constantFrom('login', 'login', 'login', 'billing'),
        rest: fc.constantFrom<Phrase>(
          ...[soonAfter(close), soonAfter(by('ada'), close), soonAfter(by('ada'), close)],
          ...[
            soonAfter(by('ada')),
            soonAfter(close, reopen),
            [...soonAfter(close), [back, later] as const],
          ],
        ),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  )
  .chain(([contact, times]) => {
    const steps = times.flatMap(({ channel, category, rest }, i) => {
      const detail = { account: 'acme', category };
      const opening: Beat = [read({ ...ask, channel, contact, detail }), later];
      return [opening, ...rest].map((one) => beat(one, `I${i + 1}`));
    });
    return fc.tuple(...steps);
  });

export const returnStories: fc.Arbitrary<DeskStep[]> = between(
  fc.oneof(stories, anew),
  turnOf(fc.oneof({ weight: 3, arbitrary: cost }, { weight: 2, arbitrary: tier })),
);
