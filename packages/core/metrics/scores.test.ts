/** Scores worked out by hand from their parts (metrics.md 3.4). */
import { describe, expect, it } from 'vitest';
import {
  gapsOf,
  type HealthInput,
  healthOf,
  healthTogether,
  indexesOf,
  isGap,
  largestScore,
  type Measured,
  meanScore,
  noScore,
  type Score,
} from './scores.ts';

const CALM: HealthInput = {
  ...{ opened: 3, openedBefore: 9 },
  ...{ inTarget: { num: 3, den: 3 }, escalated: { num: 0, den: 3 } },
};
const partsOf = ({ parts }: Score): Record<string, number> =>
  Object.fromEntries(parts.map(({ name, value }) => [name, value]));
const health = (more: Partial<HealthInput>, weights?: Parameters<typeof healthOf>[1]): Score =>
  healthOf({ ...CALM, ...more }, weights);

describe('the health of an account', () => {
  it('COMP-1 is the mean of its parts, each rounded by itself', () => {
    // 4.5 opened for 3: half of what is bad; 2 of 3 in time; 1 escalated of 7 is 10/21 of 30 %.
    const found = health({
      ...{ opened: 9, openedBefore: 18 },
      ...{ inTarget: { num: 2, den: 3 }, escalated: { num: 1, den: 7 } },
    });
    expect(partsOf(found)).toEqual({ volume: 500_000, resolution: 666_667, escalation: 523_810 });
    // 1,690,477 / 30
    expect(found).toMatchObject({ value: 56_349, n: 9, reason: null });
    expect(health({})).toMatchObject({ value: 100_000, n: 3 });
  });

  it.each([
    { opened: 3, openedBefore: 9, volume: 1_000_000 },
    { opened: 1, openedBefore: 9, volume: 1_000_000 },
    { opened: 4, openedBefore: 9, volume: 666_667 },
    { opened: 6, openedBefore: 9, volume: 0 },
    { opened: 60, openedBefore: 9, volume: 0 },
    // Nothing to compare with: up to two are nothing unusual.
    { opened: 2, openedBefore: 0, volume: 1_000_000 },
    { opened: 3, openedBefore: 0, volume: 0 },
  ])(
    'COMP-2 $opened opened, $openedBefore in the three windows before: $volume',
    ({ volume, ...more }) => {
      expect(partsOf(health(more))['volume']).toBe(volume);
    },
  );

  it.each([
    { num: 0, den: 10, escalation: 1_000_000 },
    { num: 1, den: 10, escalation: 666_667 },
    { num: 3, den: 10, escalation: 0 },
    { num: 10, den: 10, escalation: 0 },
  ])('COMP-2 $num escalated of $den: $escalation', ({ escalation, ...escalated }) => {
    expect(partsOf(health({ escalated }))['escalation']).toBe(escalation);
  });

  it('COMP-3 a part that is not known is left out, and of fewer than two nothing is told', () => {
    const none = { num: 0, den: 0 };
    const young = health({ openedBefore: null });
    expect(Object.keys(partsOf(young))).toEqual(['resolution', 'escalation']);
    expect(health({ inTarget: none })).toMatchObject({ value: 100_000 });
    const few = health({ openedBefore: null, inTarget: none });
    expect(few).toMatchObject({ value: null, reason: 'few_parts', n: 3 });
    expect(health({ inTarget: none, escalated: none }).reason).toBe('few_parts');
    const quiet = health({ opened: 0, openedBefore: null, inTarget: none, escalated: none });
    expect(quiet).toMatchObject({ value: null, reason: 'quiet', n: 0 });
  });

  it('COMP-4 parts weigh as is declared; of 0 one is none', () => {
    const found = { openedBefore: 18, opened: 9, inTarget: { num: 0, den: 3 } };
    const weights = { volume: 3, sentiment: 5, resolution: 1, escalation: 2 };
    // (3 x 0.5 + 1 x 0 + 2 x 1) / 6
    expect(health(found, weights).value).toBe(58_333);
    const without = { ...weights, resolution: 0 };
    expect(health(found, without).value).toBe(70_000);
    expect(health(found, { ...without, escalation: 0 }).reason).toBe('few_parts');
  });

  it('COMP-5 accounts together are the mean of those that have a score', () => {
    const scores = [health({}), health({ opened: 9, openedBefore: 18 }), noScore('quiet', 0)];
    // 100,000 and (0.5 + 1 + 1) / 3
    expect(healthTogether(scores)).toMatchObject({ value: 91_667, n: 2 });
    expect(healthTogether([noScore('quiet', 0), noScore('few_parts', 2)])).toMatchObject({
      ...{ value: null, n: 0, reason: 'few_parts' },
    });
    expect(healthTogether([noScore('quiet', 0)]).reason).toBe('quiet');
    expect(healthTogether([]).reason).toBe('quiet');
  });
});

const agent = (n: number, more: Measured['parts'] = {}): Measured => ({
  n,
  parts: {
    ...{ handled: n, resolution: 60, first_response: 10, csat: 800_000, escalation: 100_000 },
    ...more,
  },
});
const indexes = (...agents: readonly Measured[]): Score[] => [
  ...indexesOf(new Map(agents.map((one, i) => [`${i}`, one]))).values(),
];

describe('an agent against the median of the team', () => {
  it('COMP-6 a median agent has 50; more handled and a better rating raise it, longer times and escalations lower it', () => {
    const slow = { resolution: 90, first_response: 20, csat: 400_000, escalation: 300_000 };
    const fast = { resolution: 20, first_response: 4, csat: 1_000_000, escalation: 0 };
    const [low, middle, high] = indexes(agent(20, slow), agent(40), agent(60, fast));
    expect(partsOf(low!)).toEqual({
      ...{ handled: 25_000, resolution: 33_333, first_response: 25_000, csat: 25_000 },
      escalation: 16_667,
    });
    expect(low).toMatchObject({ value: 25_000, n: 20 });
    expect(middle).toMatchObject({ value: 50_000, n: 40 });
    expect(partsOf(high!)).toEqual({
      ...{ handled: 75_000, resolution: 100_000, first_response: 100_000, csat: 62_500 },
      escalation: 100_000,
    });
    expect(high).toMatchObject({ value: 87_500, n: 60 });
  });

  it('COMP-6 of an even number the median is the mean of the two in the middle, to the half', () => {
    const [one, two] = indexes(agent(20, { resolution: 60 }), agent(25, { resolution: 61 }));
    // 50 x 20 / 22.5, 50 x 60.5 / 60
    expect(partsOf(one!)).toMatchObject({ handled: 44_444, resolution: 50_417 });
    expect(partsOf(two!)).toMatchObject({ handled: 55_556, resolution: 49_590 });
  });

  it('COMP-7 of fewer than 20 nothing is told, and they are in no median', () => {
    const [few, one] = indexes(agent(19, { resolution: 1 }), agent(20));
    expect(few).toMatchObject({ value: null, reason: 'low_n', n: 19, parts: [] });
    expect(one).toMatchObject({ value: 50_000 });
  });

  it('COMP-7 a part without a median, or with one of 0, is none; of fewer than three nothing is told', () => {
    const still = { escalation: 0, csat: null };
    const [three] = indexes(agent(20, still));
    expect(Object.keys(partsOf(three!))).toEqual(['handled', 'resolution', 'first_response']);
    const [two] = indexes(agent(20, { ...still, resolution: null }), agent(20, still));
    expect(two).toMatchObject({ value: null, reason: 'few_parts', n: 20 });
    expect(meanScore(indexes(agent(20)), 'few_parts')).toMatchObject({ value: 50_000, n: 1 });
    expect(meanScore([two!], 'few_parts')).toMatchObject({ value: null, reason: 'few_parts' });
  });
});

const topic = (escalation: number, more: Measured['parts'] = {}, n = 20): Measured => ({
  n,
  parts: { escalation, resolution: null, csat: null, ...more },
});
const gaps = (...topics: readonly Measured[]): Score[] => [
  ...gapsOf(new Map(topics.map((one, i) => [`${i}`, one]))).values(),
];

describe('topics against one another', () => {
  it('COMP-8 a part is how many deviations lie between it and the median', () => {
    // Median 20, deviations 10, 0, 40: MAD 10, times 1.4826.
    const found = gaps(topic(10), topic(20), topic(60));
    expect(found.map((one) => partsOf(one)['escalation'])).toEqual([-674, 0, 2_698]);
    expect(found.map(({ value }) => value)).toEqual([0, 0, 2_698]);
    // Median 25, deviations 15, 5, 5, 35: MAD 10.
    const even = gaps(topic(10), topic(20), topic(30), topic(60));
    expect(even.map((one) => partsOf(one)['escalation'])).toEqual([-1_012, -337, 337, 2_361]);
  });

  it('COMP-8 the score is the mean of the parts; two that lie far off are a gap', () => {
    const bad = { resolution: 50, csat: -400_000 };
    const usual = [
      topic(10, { resolution: 10, csat: -900_000 }),
      topic(20, { resolution: 20, csat: -800_000 }),
    ];
    const [, , worst] = gaps(...usual, topic(25, bad));
    // 5 of MAD 5, 30 of 10, 400,000 of 100,000
    expect(partsOf(worst!)).toEqual({ escalation: 674, resolution: 2_023, csat: 2_698 });
    expect(worst).toMatchObject({ value: 1_798, n: 20 });
    expect(isGap(worst!)).toBe(true);
    expect(isGap(gaps(...usual, topic(25, { ...bad, csat: -700_000 }))[2]!)).toBe(false);
    expect(largestScore(gaps(...usual, topic(25, bad)))).toMatchObject({ value: 1_798, n: 3 });
  });

  it('COMP-9 of fewer than 20, of two topics, and of such as do not differ nothing is told', () => {
    const [few, ...others] = gaps(topic(90, {}, 19), topic(10), topic(20));
    expect(few).toMatchObject({ value: null, reason: 'low_n', n: 19 });
    expect(others.map(({ reason }) => reason)).toEqual(['few_parts', 'few_parts']);
    expect(gaps(topic(10), topic(10), topic(60))[2]).toMatchObject({ reason: 'few_parts' });
    expect(largestScore(others)).toMatchObject({ value: null, n: 0, reason: 'few_parts' });
  });
});
