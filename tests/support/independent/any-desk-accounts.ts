/**
 * Stories over weeks in which a few accounts are answered often: tiers and hours change between, what was counted
 * is taken back, and what is over is forgotten. Steps of the desk of any-desk.ts.
 */
import fc from 'fast-check';
import { calendars, type Turn, turnOf } from './any-desk-hours.ts';
import { ask, type Beat, DAY_MS, type Move, reply } from './any-desk-phrases.ts';
import type { Declared, DeskStep } from './any-desk-step.ts';
import { beat } from './any-desk-turns.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Rows by tier may come and go. */
export const accountsInHours: fc.Arbitrary<Declared> = fc
  .tuple(
    fc.option(calendars),
    fc.constantFrom(
      ...[
        ['account', 'account_tier'],
        ['account', 'account_tier', 'account,account_tier'],
        ['account'],
      ],
    ),
  )
  .map(([calendar, rows]) => {
    const by = { 'account-response-time': rows } as NonNullable<Declared['by']>;
    return calendar ? { by, calendar } : { by };
  });

const wait: fc.Arbitrary<number> = fc.constantFrom(
  ...[0, 1, 400, 20_000, MINUTE_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
  ...[HOUR_MS, 5 * HOUR_MS, 26 * HOUR_MS],
);
const rest: fc.Arbitrary<number> = fc.constantFrom(
  ...[HOUR_MS, ...[2, 7, 7, 8, 28, 29, 29, 36].map((days) => days * DAY_MS)],
);
const soon: fc.Arbitrary<number> = fc.constantFrom(0, MINUTE_MS, HOUR_MS);
const read = (move: Move): Move => ({ seen: 'read', aheadMs: 0, ...move });
const answer: Move = read({ ...reply, agent: 'ada' });
const ENDS: readonly Move[] = (['close', 'close', 'spam', 'gone', 'vanish'] as const).map((what) =>
  read({ what }),
);

interface Talk {
  readonly id: string;
  readonly account: string;
  readonly begin: fc.Arbitrary<number>;
}

/** One conversation: asked and answered so often, maybe by then of another account; and its end. */
const talk = ({ id, account, begin }: Talk): fc.Arbitrary<DeskStep[]> =>
  fc
    .record({
      later: fc.constantFrom(...Array.from({ length: 8 }, () => account), 'iron', null),
      times: fc.constantFrom(4, 5, 5, 6, 6),
      end: fc.option(fc.constantFrom(...ENDS), { freq: 1 }),
    })
    .chain(({ later, times, end }) => {
      const turns = Array.from({ length: times }, (_, i): readonly Beat[] => {
        const detail = { account: i < 2 ? account : later, category: null };
        return [
          [read({ ...ask, detail }), i === 0 ? begin : wait],
          [answer, wait],
        ];
      });
      const ends: Beat[] = end ? [[end, wait]] : [];
      return fc.tuple(...[...turns.flat(), ...ends].map((one) => beat(one, id)));
    });

const between: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({
    what: fc.constant('tier' as const),
    account: fc.constantFrom('gold', 'tin'),
    tier: fc.constantFrom('vip', 'vip', 'basic', null),
  }),
  accountsInHours.map((declares): Turn => ({ what: 'declare', declares })),
  fc.constant<Turn>({ what: 'tick' }),
);
/** After a while one of them, and another soon after it. */
const act = (id: string): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(
      fc.array(turnOf(between), { maxLength: 2 }),
      talk({ id, account: 'gold', begin: rest }),
      talk({ id: `${id}b`, account: 'tin', begin: soon }),
    )
    .map((steps) => steps.flat());
const vip: fc.Arbitrary<DeskStep> = turnOf(
  fc.constant<Turn>({ what: 'tier', account: 'gold', tier: 'vip' }),
);

export const accountStories: fc.Arbitrary<DeskStep[]> = fc
  .tuple(fc.tuple(vip), ...['I1', 'I2', 'I3'].map(act))
  .map((acts) => acts.flat());
