/** What conversations say of one another, against a comparison of all with all. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALONE, type Asked, type Joined } from '../conversation/joined.ts';
import { type Dimensions, NONE, type Transition } from '../conversation/transition.ts';
import { DAY_MS } from '../time/instant.ts';
import { heard, Joins } from './joins.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

interface Told {
  readonly id: string;
  readonly asked: Asked | null;
  readonly transitions: readonly Transition[];
}

/** Around the days that matter: to the millisecond and to the second. */
const instant: fc.Arbitrary<number> = fc
  .tuple(
    fc.constantFrom(0, 1, 3, 4, 7, 8, 14, 28, 29),
    fc.constantFrom(-1_000, -1, 0, 0, 0, 1, 400, 1_000),
  )
  .map(([days, ms]) => START + days * DAY_MS + ms);

const told: fc.Arbitrary<Told> = fc
  .record({
    id: fc.constantFrom(...IDS),
    isThere: fc.constantFrom(true, true, true, true, false),
    contact: fc.constantFrom('cleo', 'cleo', 'carl', null),
    account: fc.constantFrom('acme', 'globex', NONE),
    category: fc.constantFrom('login', 'login', 'billing', NONE),
    channel: fc.constantFrom('email', 'chat'),
    isMessage: fc.boolean(),
    openedAt: instant,
    resolvedAt: fc.option(instant),
    closedAt: fc.option(instant),
    claimedAt: fc.option(instant),
  })
  .map(
    ({ id, isThere, contact, isMessage, openedAt, resolvedAt, closedAt, claimedAt, ...dims }) => {
      const stop = { team: NONE, assignee: NONE, priority: NONE, tags: '', account_tier: NONE };
      const of = (kind: Transition['kind'], at: number): Transition => ({
        ...{
          kind,
          at,
          atMin: null,
          live: true,
          dims: { ...stop, ...dims } as Dimensions,
          ms: null,
        },
        amounts: { noReturn: 1 },
      });
      if (!isThere) return { id, asked: null, transitions: [] };
      const transitions = [
        of('cohort.opened', openedAt),
        ...(resolvedAt === null ? [] : [of('resolved', resolvedAt)]),
        ...(closedAt === null ? [] : [of('cohort.closed', closedAt)]),
      ];
      return { id, asked: { contact, isMessage, claimedAt }, transitions };
    },
  );

/** Plainly, by the text of metrics.md 1.4 and 1.5. */
function expected(all: readonly Told[]): Map<string, Joined> {
  const seconds = (at: number): number => Math.floor(at / 1_000);
  const there = all.flatMap(({ id, asked, transitions }) => {
    if (!asked) return [];
    const at = (kind: string): number | null =>
      transitions.find((t) => t.kind === kind)?.at ?? null;
    const { dims } = transitions[0]!;
    const account = dims.account === NONE ? null : `account ${dims.account}`;
    const customer = asked.contact === null ? account : `contact ${asked.contact}`;
    const topic = dims.category === NONE ? null : dims.category;
    const ms = (dims.channel === 'chat' ? 3 : 7) * DAY_MS;
    const opened = { at: at('cohort.opened')!, isMessage: asked.isMessage, live: true };
    const ends = { resolved: at('resolved'), closed: at('cohort.closed'), claim: asked.claimedAt };
    return [{ id, customer, topic, account, ms, opened, ...ends }];
  });
  type One = (typeof there)[number];
  const isBefore = (close: number, { opened }: One): boolean => {
    const far = seconds(opened.at) - seconds(close);
    if (far !== 0) return far > 0;
    return !opened.isMessage && close < opened.at;
  };
  const isSoon = (close: number, { opened }: One, ms: number): boolean =>
    opened.isMessage
      ? (seconds(opened.at) - seconds(close)) * 1_000 <= ms
      : opened.at - close <= ms;
  const isRepeat = (one: One, alike: (other: One) => boolean): boolean => {
    const before = there.filter(
      (other) =>
        other !== one && alike(other) && other.resolved !== null && isBefore(other.resolved, one),
    );
    const newest = before
      .sort((a, b) => a.resolved! - b.resolved! || (a.id < b.id ? -1 : 1))
      .at(-1);
    return newest !== undefined && isSoon(newest.resolved!, one, newest.ms);
  };
  const isOf = (one: One) => (other: One) =>
    one.customer !== null && other.customer === one.customer;
  const isOn = (one: One) => (other: One) =>
    isOf(one)(other) && one.topic !== null && other.topic === one.topic;
  const inOrder = (a: One, b: One): number =>
    seconds(a.opened.at) - seconds(b.opened.at) ||
    Number(b.opened.isMessage) - Number(a.opened.isMessage) ||
    a.opened.at - b.opened.at ||
    (a.id < b.id ? -1 : 1);
  const after = (one: One, close: number | null): Joined['afterClose'] => {
    if (close === null) return null;
    const back = there.filter(
      (other) =>
        other !== one &&
        isOn(one)(other) &&
        isBefore(close, other) &&
        isSoon(close, other, one.ms) &&
        isRepeat(other, isOn(other)),
    );
    return back.sort(inOrder)[0]?.opened ?? null;
  };
  const isRecurring = (one: One): boolean => {
    const before = there.filter(
      (other) =>
        one.topic !== null &&
        other.topic === one.topic &&
        other.opened.at < one.opened.at &&
        other.opened.at >= one.opened.at - 28 * DAY_MS,
    );
    const accounts = new Set(before.flatMap(({ account }) => account ?? []));
    return before.length >= 3 && accounts.size >= 2;
  };
  return new Map(
    there.map((one) => [
      one.id,
      {
        repeated: isRepeat(one, isOn(one)),
        repeatedAny: isRepeat(one, isOf(one)),
        recurred: isRecurring(one),
        afterClose: after(one, one.closed),
        afterClaim: after(one, one.claim),
      },
    ]),
  );
}

it('JOIN-8 what is told otherwise is what a comparison of all with all finds, restored or not', () => {
  fc.assert(
    fc.property(
      fc.array(told, { minLength: 10, maxLength: 40 }),
      fc.nat({ max: 40 }),
      (stories, cut) => {
        let joins = new Joins();
        const now = new Map<string, Told>();
        const joined = new Map<string, Joined>();
        for (const [i, one] of stories.entries()) {
          if (i === cut) {
            joins = new Joins();
            for (const known of now.values()) joins.restore(known);
          }
          now.set(one.id, one);
          for (const [id, news] of joins.set(one)) {
            const before = joined.get(id) ?? ALONE;
            const after = heard(before, news);
            // Only of what was told is there anything new that is none.
            if (id !== one.id) expect(after).not.toBeNull();
            if (after) joined.set(id, after);
          }
          for (const [id, truth] of expected([...now.values()])) {
            expect([id, joined.get(id) ?? ALONE]).toEqual([id, truth]);
          }
        }
      },
    ),
    { seed: 20260610, numRuns: 300 },
  );
});
