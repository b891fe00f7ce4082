/** Money by the values of a dimension, from the facts of a desk to the cells on the wire (metrics.md 5.4). */
import { describe, expect, it } from 'vitest';
import { config, cost, message, tick, WORKSPACE } from '../../../tests/support/facts.ts';
import { JUNE, pounds } from '../cost/entry.fixture.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { SECOND_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const hash = (text: string): string => text;
const declared = (time: number, by: object = {}): Fact =>
  config(time, { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] }, by });

function folded(facts: readonly Fact[], fold = createFactFold({ topology: 1, hash })): FactFold {
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  return fold;
}

const cellOf = (fold: FactFold, key: string, window: WindowCode): Cell =>
  fold.read(`${WORKSPACE}/${key}`)!.series!.cells.find((cell) => cell.window === window)!;

describe('the month of metrics.md 5.5 (e), from a live fold', () => {
  /** Contacts, and how long people wrote on each of them, in pieces of at most ten minutes. */
  const CHANNELS = [
    { name: 'chat', contacts: 1_600, pieces: [330, 330], total: 11_780_456_879, per: 7_362_786 },
    { name: 'email', contacts: 3_300, pieces: [360, 360], total: 26_063_922_713, per: 7_898_158 },
    {
      name: 'phone',
      contacts: 400,
      pieces: [480, 480, 480],
      total: 5_729_053_034,
      per: 14_322_633,
    },
    { name: 'slack', contacts: 4_200, pieces: [540], total: 26_426_567_374, per: 6_292_040 },
  ];

  function month(): FactFold {
    const facts: Fact[] = [];
    let n = 0;
    for (const { name, contacts, pieces } of CHANNELS) {
      for (let i = 0; i < contacts; i++) {
        n += 1;
        const id = `c${n}`;
        let at = JUNE.from + n * 100;
        facts.push(message(id, at, 'customer', { channel: name }));
        for (const piece of pieces) {
          at += piece * SECOND_MS;
          facts.push(message(id, at, 'human', { authorId: 'ann' }));
        }
      }
    }
    facts.sort((a, b) => a.recordedAt - b.recordedAt);
    const entries = [
      pounds('salaries', 50_000),
      pounds('tooling', 8_000),
      pounds('management', 6_000),
      pounds('overhead', 6_000),
    ].map((entry) => cost(JUNE.from, entry));
    return folded([declared(JUNE.from), ...entries, ...facts, tick(JUNE.to + 1)]);
  }

  it('COST-1 (e) every figure of the table', { timeout: 60_000 }, () => {
    const fold = month();
    for (const { name, contacts, total, per } of CHANNELS) {
      expect(cellOf(fold, `total-support-cost{channel=${name}}`, '90d').value).toBe(total);
      expect(cellOf(fold, `cost-per-contact{channel=${name}}`, '90d')).toMatchObject({
        ...{ value: per, num: total, den: contacts },
      });
    }
    expect(cellOf(fold, 'cost-per-contact', '90d').value).toBe(7_368_421);
    expect(cellOf(fold, 'cost-per-contact{channel=__unallocated__}', '90d')).toMatchObject({
      ...{ value: null, num: 0, den: 0, state: 'partial' },
    });
  });
});
