import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtRisk, censoredQuantiles, type Waits } from './censored.ts';

const MINUTE = 60_000;

/** Who asked and was answered when, in minutes, seen from minute 0 to 30. */
function seen(pairs: readonly (readonly [start: number, reply: number | null])[]): Waits {
  const atRisk = pairs.map(([start, reply]) => ({
    from: Math.max(1, (0 - start) * MINUTE),
    to: ((reply ?? 30) - start) * MINUTE,
  }));
  const ended = pairs.flatMap(([start, reply]) => (reply === null ? [] : (reply - start) * MINUTE));
  const owed = pairs.flatMap(([start, reply]) => (reply === null ? (30 - start) * MINUTE : []));
  return { atRisk, ended, owed };
}

describe('quantiles with those who still wait (metrics.md 3.3)', () => {
  it('KM-1 the worked example: p50 6 min, p90 at least 20', () => {
    const waits = seen([
      ...([
        [-5, 1],
        [2, 4],
        [5, 8],
        [10, null],
        [12, null],
        [15, 29],
        [25, null],
        [29, null],
      ] as const),
    ]);
    expect(censoredQuantiles(waits, [50, 90])).toEqual([
      { ms: 6 * MINUTE, isAtLeast: false },
      { ms: 20 * MINUTE, isAtLeast: true },
    ]);
  });

  it('KM-2 40 owed for 3 h and one answered after 3 s: at least 3 h', () => {
    const hours = 180 * MINUTE;
    const owed = Array.from({ length: 40 }, () => hours);
    const late: AtRisk[] = owed.map(() => ({ from: hours - 60 * MINUTE, to: hours }));
    const waits = { atRisk: [...late, { from: 1, to: 3_000 }], ended: [3_000], owed };
    expect(censoredQuantiles(waits, [50, 90])).toEqual([
      { ms: hours, isAtLeast: true },
      { ms: hours, isAtLeast: true },
    ]);
  });

  it('KM-3 nobody was owed: there is none', () => {
    expect(censoredQuantiles({ atRisk: [], ended: [], owed: [] }, [50])).toBeNull();
  });

  it('KM-4 where nobody waits any more it is the plain quantile, by rank', () => {
    const ages = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(ages, fc.constantFrom(50, 90), (ended, percent) => {
        const atRisk = ended.map((to) => ({ from: 1, to }));
        const sorted = [...ended].sort((a, b) => a - b);
        const rank = Math.ceil((percent * ended.length) / 100);
        expect(censoredQuantiles({ atRisk, ended, owed: [] }, [percent])).toEqual([
          { ms: sorted[rank - 1], isAtLeast: false },
        ]);
      }),
    );
  });

  it('KM-5 whoever goes on waiting never makes it shorter', () => {
    const wait = fc.record({ age: fc.integer({ min: 1, max: 40 }), isOver: fc.boolean() });
    fc.assert(
      fc.property(fc.array(wait, { minLength: 1, maxLength: 20 }), (waits) => {
        const over = waits.filter(({ isOver }) => isOver).map(({ age }) => age);
        const owed = waits.filter(({ isOver }) => !isOver).map(({ age }) => age);
        const at = (more: number) => ({
          atRisk: waits.map(({ age, isOver }) => ({ from: 1, to: isOver ? age : age + more })),
          ended: over,
          owed: owed.map((age) => age + more),
        });
        const [now] = censoredQuantiles(at(0), [50])!;
        const [later] = censoredQuantiles(at(25), [50])!;
        expect(later!.ms).toBeGreaterThanOrEqual(now!.ms);
      }),
    );
  });
});
