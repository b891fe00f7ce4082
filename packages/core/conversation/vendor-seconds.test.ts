import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, derived } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact, VendorSeconds } from '../facts/fact.ts';
import type { FactFold } from '../fold/fold.ts';
import type { Cell, Clock, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import { addFact, type ConversationFact } from './add-fact.ts';
import { newConversation, type Observation } from './model.ts';
import type { Transition } from './transition.ts';

const SILENT: VendorSeconds = {
  ...{ firstResponse: null, businessFirstResponse: null },
  ...{ resolution: null, businessResolution: null },
};
const look = (time: string, vendorSeconds: Partial<VendorSeconds> | null, closed = false): Fact =>
  issue('I', at(time), {
    stateCategory: closed ? 'closed' : 'waiting_on_you',
    createdAt: at('09:00'),
    channel: 'email',
    vendorSeconds: vendorSeconds && { ...SILENT, ...vendorSeconds },
  });

const ASKED = [message('I', at('09:00'), 'customer'), look('09:00', null)];
const ANSWERED = message('I', at('09:20'), 'human', { authorId: 'ann' });
const SOLVED = look('10:00', { firstResponse: 1_199, resolution: 3_599 }, true);

const measured = (list: readonly Transition[], kind: string): unknown => {
  const { amounts, open } = list.find((t) => t.kind === kind)!;
  return [amounts?.vendorMs, open?.vendorMs];
};

describe('what Pylon says that a conversation took', () => {
  it('VENDOR-1 stands at the first human reply and at the resolution, in ms', () => {
    const list = derived([...ASKED, ANSWERED, SOLVED]);
    expect(measured(list, 'first_reply_human')).toEqual([1_199_000, undefined]);
    expect(measured(list, 'resolved')).toEqual([3_599_000, undefined]);
    expect(list.find(({ kind }) => kind === 'first_reply_human')?.ms).toBe(1_200_000);
  });

  it('VENDOR-1 by its business hours beside the wall, and only beside it', () => {
    const said = { firstResponse: 1_199, businessFirstResponse: 60, businessResolution: 7 };
    const list = derived([...ASKED, ANSWERED, look('10:00', said, true)]);
    expect(measured(list, 'first_reply_human')).toEqual([1_199_000, 60_000]);
    expect(measured(list, 'resolved')).toEqual([undefined, undefined]);
  });

  it('VENDOR-1 nothing where it says nothing, and 0 for less than nothing', () => {
    const none = derived([...ASKED, ANSWERED, look('10:00', null, true)]);
    expect(measured(none, 'first_reply_human')).toEqual([undefined, undefined]);
    const less = derived([...ASKED, ANSWERED, look('10:00', { resolution: -1 }, true)]);
    expect(measured(less, 'resolved')).toEqual([0, undefined]);
  });

  it('VENDOR-2 of the newest read, which may take it back', () => {
    const after = (...more: readonly Fact[]): unknown =>
      measured(derived([...ASKED, ANSWERED, SOLVED, ...more]), 'first_reply_human');
    expect(after(look('10:01', { firstResponse: 1_300 }, true))).toEqual([1_300_000, undefined]);
    expect(after(look('09:59', { firstResponse: 1_300 }))).toEqual([1_199_000, undefined]);
    expect(after(look('10:01', null, true))).toEqual([undefined, undefined]);
    const silent = issue('I', at('10:01'), { stateCategory: 'closed' });
    expect(after(silent)).toEqual([1_199_000, undefined]);
  });

  it('VENDOR-2 in whatever order reads come, one of them remembers it', () => {
    const reads = fc.array(
      fc.record({
        minute: fc.integer({ min: 0, max: 4 }),
        seenAt: fc.integer({ min: 10, max: 14 }),
        seconds: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const factsOf = reads.map((list) =>
      list.map(({ minute, seenAt, seconds }) =>
        issue(
          'I',
          at(`09:0${minute}`),
          seconds === undefined
            ? { stateCategory: 'new' }
            : { stateCategory: 'new', vendorSeconds: { ...SILENT, resolution: seconds } },
          { observedAt: at(`10:${seenAt}`) },
        ),
      ),
    );
    const known = (facts: readonly Fact[]): readonly Observation[] => {
      const conversation = newConversation('I');
      for (const fact of facts) addFact(conversation, fact as ConversationFact);
      return conversation.observations;
    };
    const shuffled = factsOf.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, again]) => {
        const told = known(facts);
        expect(known(again)).toEqual(told);
        const said = facts.filter((one) => (one.body as Observation).vendorSeconds !== undefined);
        expect(told.filter((one) => one.vendorSeconds !== undefined)).toHaveLength(
          Math.min(1, said.length),
        );
      }),
    );
  });
});

const CALENDAR = {
  ...PLAIN_CALENDAR,
  schedules: { desk: { zone: 'UTC', week: [9 * HOUR_MS, 7 * DAY_MS], holidays: [] } },
  workspace: 'desk',
};
const HEAD = config(at('00:00') - 100 * DAY_MS, {
  ...{ messages: 'read', sources: [], tree: { nodes: [] }, calendar: CALENDAR },
  by: { 'first-response-time-pylon': ['priority'] },
});

function cell(fold: FactFold, key: string, window: WindowCode, clock: Clock = 'wall'): Cell {
  const { cells } = fold.read(`acme/${key}`)!.series!;
  return cells.find((one) => one.window === window && one.clock === clock)!;
}

describe('what Pylon says, in windows', () => {
  const said = { firstResponse: 1_199, businessFirstResponse: 60, resolution: 3_599 };
  const facts = [HEAD, ...ASKED, ANSWERED, look('10:00', said, true)];

  it('VENDOR-3 by the wall and by business hours, by row, and restored', () => {
    const fold = folded([...facts, tick(at('10:30'))]);
    const id = 'first-response-time-pylon';
    expect(cell(fold, id, '24h')).toMatchObject({ value: 1_199_000, n: 1, state: 'live' });
    expect(cell(fold, id, '24h', 'business')).toMatchObject({ value: 60_000, n: 1 });
    expect(cell(fold, `${id}{channel=email}`, '24h').value).toBe(1_199_000);
    expect(cell(fold, `${id}{priority=__none__}`, '24h').value).toBe(1_199_000);
    expect(cell(fold, id, '30m')).toMatchObject({ value: null, state: 'undefined' });
    const resolution = cell(fold, 'average-resolution-time-pylon', '60m');
    expect(resolution).toMatchObject({ value: 3_599_000, mean: 3_599_000, n: 1 });
    restored(fold);
  });

  it('VENDOR-3 a summary keeps both, and a resolution that is reopened takes its own back', () => {
    const fold = folded([...facts, tick(at('10:30') + 40 * DAY_MS)]);
    const id = 'average-resolution-time-pylon';
    expect(cell(fold, 'first-response-time-pylon', '90d')).toMatchObject({ n: 1, num: 1_199_000 });
    expect(cell(fold, id, '90d')).toMatchObject({ n: 1, num: 3_599_000 });
    const back = at('11:00') + 40 * DAY_MS;
    folded(
      [message('I', back, 'customer'), issue('I', back, { stateCategory: 'waiting_on_you' })],
      fold,
    );
    expect(cell(fold, 'first-response-time-pylon', '90d').n).toBe(1);
    expect(cell(fold, id, '90d').n).toBe(0);
    folded([issue('I', back + HOUR_MS, { stateCategory: 'closed' })], fold);
    expect(cell(fold, id, '90d')).toMatchObject({ n: 1, num: 3_599_000 });
  });

  it('VENDOR-3 each part is explained, without a clock', () => {
    const fold = folded([...facts, tick(at('10:30'))]);
    const question = { window: '24h', clock: 'business', limit: 10, after: null } as const;
    const told = fold.explain('acme', { ...question, key: 'first-response-time-pylon' })!;
    expect(told).toMatchObject({ sums: true, total: { value: 60_000, n: 1 } });
    expect(told.parts).toMatchObject([{ events: [{ amount: 60_000, clock: null }] }]);
  });
});
