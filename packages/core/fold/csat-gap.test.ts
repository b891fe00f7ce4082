/** CSAT of what the AI handled alone beside that of what people had a part in (metrics.md 3.2). */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import { unexplained } from '../metrics/explained.ts';
import type { WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const NOON = Date.parse('2026-06-10T12:00Z');
const ID = 'csat-gap-ai';
const document = { messages: 'read', sources: [], tree: { nodes: [] } };
const HEAD = config(NOON - 200 * DAY_MS, {
  ...{ ...document, csatScale: { min: 1, max: 5, positiveFrom: 4 } },
});

type Author = 'human' | 'bot';
let n = 0;
/** Asked, answered by those, closed and rated within the hour before noon. */
function rated(score: number, by: readonly Author[], channel = 'email'): Fact[] {
  n += 1;
  const id = `I${n}`;
  const at = NOON - HOUR_MS + n * 1_000;
  const seen = { createdAt: at, channel };
  return [
    message(id, at, 'customer'),
    issue(id, at, { ...seen, stateCategory: 'waiting_on_you' }),
    ...by.map((author, i) => message(id, at + 100 + i, author, { authorId: author })),
    issue(id, at + MINUTE_MS, { ...seen, stateCategory: 'closed' }),
    issue(id, at + 2 * MINUTE_MS, { ...seen, stateCategory: 'closed', csat: [score] }),
  ];
}

const at = (T: number, facts: readonly Fact[], fold = newFold()): FactFold =>
  folded([...[...facts].sort((a, b) => a.recordedAt - b.recordedAt), tick(T)], fold);
function told(fold: FactFold, window: WindowCode = '7d', key = ID): unknown[] {
  const { cells } = fold.read(`acme/${key}`)!.series!;
  const found = cells.find((one) => one.window === window)!;
  const { value, num, den, low, vsPrev, state } = found;
  expect([num, den, low]).toEqual([null, null, null]);
  return [value, found.n, state, vsPrev];
}
const AI = [...rated(5, ['bot']), ...rated(1, ['bot']), ...rated(2, ['bot'])];
const HUMAN = [
  ...rated(5, ['human']),
  ...rated(4, ['bot', 'human']),
  ...rated(5, ['human'], 'chat'),
  ...rated(1, ['human']),
];

describe('the gap of CSAT between the AI and people', () => {
  it('CSATGAP-1 one of three less three of four is -41.7 %, n of the smaller side', () => {
    const fold = at(NOON, [HEAD, ...AI, ...HUMAN]);
    expect(told(fold)).toEqual([333_333 - 750_000, 3, 'live', null]);
    expect(told(fold, '90d')).toEqual([-416_667, 3, 'live', null]);
    expect(told(fold, '7d', `${ID}{channel=email}`)).toEqual([-333_334, 3, 'live', null]);
    restored(fold);
    at(NOON + 7 * DAY_MS + HOUR_MS, [], fold);
    expect(told(fold)).toEqual([null, 0, 'undefined', -416_667]);
  });

  it('CSATGAP-1 without one of the sides there is none', () => {
    const fold = at(NOON, [HEAD, ...AI]);
    expect(told(fold)).toEqual([null, 0, 'undefined', null]);
    expect(fold.read(`acme/${ID}`)!.series!.cells[0]!.reasons).toEqual(['no_ratings']);
    const none = config(NOON - 200 * DAY_MS, document);
    const unscaled = at(NOON, [none, ...AI, ...HUMAN]);
    expect(told(unscaled)).toEqual([null, 0, 'unknown', null]);
  });

  it('CSATGAP-2 a rating changes sides with who handled it; of what nobody did it is on neither', () => {
    const fold = at(NOON, [HEAD, ...AI, ...HUMAN, ...rated(1, [])]);
    expect(told(fold)).toEqual([-416_667, 3, 'live', null]);
    const [asked] = AI;
    at(NOON + 1_000, [message(asked!.entity, NOON, 'human', { authorId: 'ann' })], fold);
    // The positive one of the AI is mixed now: none of two, less four of five.
    expect(told(fold)).toEqual([-800_000, 2, 'live', null]);
    restored(fold);
  });

  it('CSATGAP-2 a summary keeps the side of each', () => {
    const fold = at(NOON, [HEAD, ...AI, ...HUMAN]);
    at(NOON + 40 * DAY_MS, [], fold);
    expect(told(fold, '90d').slice(0, 2)).toEqual([-416_667, 3]);
    restored(fold);
  });

  it('CSATGAP-1 it is explained by the two that it is of', () => {
    expect(unexplained({ key: ID, window: '7d' })).toMatch(/csat by handled_by/);
  });
});
