/** Ten thousand values of one dimension: what is shown is capped, nothing is lost, and the batch truth agrees. */
import type { Fact } from '@sapwood/core/facts';
import { createOracle } from '@sapwood/oracle';
import { expect, it } from 'vitest';
import { config, issue, message } from '../../../tests/support/facts.ts';
import { newFactFold, seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const SECOND_MS = 1_000;
const TAGS = 10_000;
/** Of tags (metrics.md 4). */
const SHOWN_MAX = 200;
const VOLUME = 'conversation-volume';

function tagged(): Fact[] {
  const by = { [VOLUME]: ['tag'] };
  const facts = [config(START, { currency: 'GBP', sources: [], tree: { nodes: [] }, by })];
  for (let i = 0; i < TAGS; i++) {
    const [id, at] = [`c${i}`, START + (i + 1) * SECOND_MS];
    const seen = { stateCategory: 'new', createdAt: at, tags: [`tag ${i}`] } as const;
    facts.push(message(id, at, 'customer', { channel: 'email' }), issue(id, at + 1, seen));
  }
  return facts;
}

it('ROW-3 of 10,000 tags 200 are shown, with __other__ they are the total, and the oracle has the same', () => {
  const facts = tagged();
  const fold = newFactFold();
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
    fold.touched();
  }
  const series = seriesOf(fold, facts[0]!.workspace, 0);
  const rows = [...series.values()].filter(({ key }) => key.startsWith(`${VOLUME}{tag=`));
  expect(rows).toHaveLength(SHOWN_MAX + 1);
  const today = (key: string): number =>
    series.get(key)!.cells.find(({ window }) => window === '24h')!.value!;
  expect(today(`${VOLUME}{tag=__other__}`)).toBeGreaterThan(TAGS - 2 * SHOWN_MAX);
  expect(rows.reduce((sum, { key }) => sum + today(key), 0)).toBe(TAGS);
  expect(today(VOLUME)).toBe(TAGS);

  const found: Comparison = { cells: 0, differences: [] };
  const truth = createOracle(facts).at(facts.length, fold.T);
  compareSeries(series, truth.series, { workspace: facts[0]!.workspace, at: fold.T }, found);
  expect(found.differences).toEqual([]);
  expect(found.cells).toBeGreaterThan(SHOWN_MAX);
}, 120_000);
