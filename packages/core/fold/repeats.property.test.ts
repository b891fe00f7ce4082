/** What customers who come back are told to be, one conversation after the other and all at once. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../time/instant.ts';
import { type Held, type News, Repeats } from './repeats.ts';

const START = Date.parse('2026-06-10T08:00:00Z');

/** So close together that ties and returns at the last moment are many. */
const instant = fc
  .tuple(fc.constantFrom(0, 1, 7, 8, 14), fc.constantFrom(-1, 0, 1, 400))
  .map(([days, ms]) => START + days * DAY_MS + ms);

interface Change {
  readonly id: string;
  readonly matter: Held['matter'] | null;
}

const changeOf = (ids: readonly string[]): fc.Arbitrary<Change> =>
  fc
    .record({
      id: fc.constantFrom(...ids),
      isGone: fc.constantFrom(false, false, false, true),
      customer: fc.constantFrom('contact cleo', 'contact cleo', 'contact cleo', 'contact carl'),
      topic: fc.constantFrom('login', 'login', 'login', 'billing', null),
      isMessage: fc.boolean(),
      at: instant,
      returnDays: fc.constantFrom(3, 7),
      resolvedAt: fc.option(instant),
      closedAt: fc.option(instant),
      claimedAt: fc.option(instant),
    })
    .map(({ id, isGone, isMessage, at, returnDays, ...more }) => ({
      id,
      matter: isGone
        ? null
        : {
            ...{ ...more, account: null, returnMs: returnDays * DAY_MS },
            opened: { at, isMessage, live: true },
          },
    }));

function check(changes: readonly Change[]): void {
  const repeats = new Repeats();
  const now = new Map<string, Held>();
  const told: News = new Map();
  for (const { id, matter } of changes) {
    const [before, after] = [now.get(id) ?? null, matter && { id, matter }];
    if (!before && !after) continue;
    if (after) now.set(id, after);
    else now.delete(id);
    for (const [other, news] of repeats.replace(before, after)) {
      told.set(other, { ...told.get(other), ...news });
    }
  }
  for (const held of now.values()) {
    const fresh = new Repeats();
    for (const other of now.values()) if (other !== held) fresh.add(other);
    expect([held.id, told.get(held.id)]).toEqual([held.id, fresh.replace(null, held).get(held.id)]);
  }
}

it('JOIN-8 of each it is told what is told of it when it comes last', () => {
  const few = fc.array(changeOf([...'abcdefghij']), { minLength: 2, maxLength: 25 });
  fc.assert(fc.property(few, check), { seed: 20260610, numRuns: 3_000 });
});

it('JOIN-8 so it is of customers with many conversations', () => {
  const ids = Array.from({ length: 60 }, (_, i) => `c${i}`);
  const many = fc.array(changeOf(ids), { minLength: 90, maxLength: 160 });
  fc.assert(fc.property(many, check), { seed: 20260610, numRuns: 60, endOnFailure: true });
});
