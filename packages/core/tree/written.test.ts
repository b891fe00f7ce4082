import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SheetUnit } from '../metrics/sheet.ts';
import { metricSheet } from '../metrics/sheets.ts';
import { parseTarget } from './compile-target.ts';
import { parseQuantity } from './quantity.ts';
import type { Target } from './tree.ts';
import { edgeText, identityText, lensText, quantityText, raciText, targetText } from './written.ts';

const UNITS: readonly SheetUnit[] = ['count', 'ms', 'ppm', 'micro', 'micro/h', 'milli'];

describe('compiled terms as they are written', () => {
  it('TREE-28 an amount reads back as itself, in every unit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...UNITS),
        fc.integer({ min: 0, max: 2_000_000_000 }),
        (unit, value) => {
          expect(parseQuantity(quantityText(value, unit), unit, null)).toEqual({ value });
        },
      ),
    );
    expect(quantityText(-1_500, 'milli')).toBe('-1.5');
  });

  it('TREE-28 a target reads back as itself', () => {
    const metrics = ['csat', 'first-response-time', 'cost-per-contact', 'backlog'].map(
      (id) => metricSheet(id)!,
    );
    const optional = <T>(from: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      fc.option(from, { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom(...metrics),
        fc.constantFrom('<=', '>=', '<', '>'),
        fc.integer({ min: 1, max: 1_000_000 }),
        optional(fc.integer({ min: 1, max: 1_000_000 })),
        optional(fc.constantFrom('ref', 'def')),
        optional(fc.constantFrom('p90', 'mean')),
        fc.boolean(),
        (metric, op, value, more, source, of, isBusiness) => {
          const isTime = metric.form === 'DUR';
          const target = JSON.parse(
            JSON.stringify({
              op: more === undefined ? op : '>=',
              value,
              upTo: more === undefined ? undefined : value + more,
              of: isTime ? of : undefined,
              clock: isTime && isBusiness ? 'business' : undefined,
              source,
            }),
          ) as Target;
          // The two ends of a band are written in one unit.
          fc.pre(more === undefined || !isTime);
          expect(parseTarget(targetText(target, metric.unit), metric, null)).toEqual({ target });
        },
      ),
    );
    const gbp = { op: '<=', value: 8_500_000, currency: 'GBP', source: 'ref' } as const;
    expect(targetText(gbp, 'micro')).toBe('<=8.5 GBP ref');
    const band = { op: '>=', value: 600_000, upTo: 800_000 } as const;
    expect(targetText(band, 'ppm')).toBe('60-80 %');
    const open = { op: '<=', value: 28_800_000, clock: 'business' } as const;
    expect(targetText(open, 'ms')).toBe('<=8 business h');
  });

  it('TREE-28 identities, lenses, edges and owners too', () => {
    const sum = {
      op: 'sum',
      parts: [
        { node: 'a', sign: 1 },
        { node: 'b', sign: -1 },
      ],
    } as const;
    expect(identityText(sum)).toBe('a - b');
    expect(identityText({ op: 'product', factors: ['a', 'b'] })).toBe('a * b');
    expect(identityText({ op: 'ratio', num: 'a', den: 'b' })).toBe('a / b');
    expect(lensText({ name: 'mix', metric: 'a', by: 'channel' })).toBe('sum by channel: share * a');
    expect(lensText({ name: 'x', identity: sum })).toBe('a - b');
    expect(edgeText({ sign: -1, lagMs: 28 * 86_400_000 })).toBe('-, after 28 d');
    expect(raciText({ I: 'c', R: 'a' })).toBe('R a, I c');
  });
});
