/** Rows by dimension: which there are, which are shown, and that they add up (metrics.md 4). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import { HOUR_MS, SECOND_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const hash = (text: string): string => text;
const START = at('09:00');

interface Shown {
  readonly value: number | null;
  readonly state: string;
  readonly reasons: readonly string[];
}

/** The 24 h cells of every series shown, by key. */
function shown(fold: FactFold, id: string): Map<string, Shown> {
  const cells = new Map<string, Shown>();
  for (const key of fold.keys()) {
    const series = fold.read(key)?.series;
    if (series?.key.split('{')[0] !== id) continue;
    const { value, state, reasons } = series.cells.find(({ window }) => window === '24h')!;
    cells.set(series.key, { value, state, reasons });
  }
  return cells;
}

const sumOf = (cells: ReadonlyMap<string, Shown>, prefix: string): number =>
  [...cells].reduce((sum, [key, { value }]) => (key.startsWith(prefix) ? sum + value! : sum), 0);

/** One conversation of an account; `seen` comes with the look. */
const opened = (id: string, time: number, seen: object): Fact[] => [
  message(id, time, 'customer', { channel: 'email' }),
  issue(id, time + 1, { stateCategory: 'new', createdAt: time, ...seen }),
];

const declared = (time: number, by: object): Fact =>
  config(time, { currency: 'GBP', sources: [], tree: { nodes: [] }, by });
const BY_ACCOUNT = declared(START, { 'conversation-volume': ['account', 'tag'] });

it('ROW-1 a dimension has rows once the tree declares it, all that still counts told in them', () => {
  const before = [declared(START, {}), ...opened('a', START + 1, { accountId: 'A1' })];
  const fold = folded(before);
  expect([...shown(fold, 'conversation-volume').keys()]).not.toContain(
    'conversation-volume{account=A1}',
  );
  folded([declared(START + 9_000, { 'conversation-volume': ['account'] })], fold);
  const rows = shown(fold, 'conversation-volume');
  expect(rows.get('conversation-volume{account=A1}')?.value).toBe(1);
  expect(shown(fold, 'issues-created').has('issues-created{account=A1}')).toBe(false);
});

it('ROW-2 rows that are declared no longer have no value, rather than a wrong one', () => {
  const fold = folded([BY_ACCOUNT, ...opened('a', START + 1, { accountId: 'A1' })]);
  folded([declared(START + 9_000, {})], fold);
  const row = shown(fold, 'conversation-volume').get('conversation-volume{account=A1}');
  expect(row).toEqual({ value: null, state: 'unknown', reasons: ['not_declared'] });
});

it('ROW-3 of 700 accounts 500 are shown, and with __other__ they are the total', () => {
  const facts = [BY_ACCOUNT];
  for (let i = 0; i < 700; i++) {
    facts.push(...opened(`c${i}`, START + i * SECOND_MS, { accountId: `A${i}` }));
  }
  const rows = shown(folded(facts), 'conversation-volume');
  expect(
    [...rows.keys()].filter((key) => key.startsWith('conversation-volume{account=')).length,
  ).toBe(501);
  // One place was taken by `__none__`, in which the first stood before it was looked at.
  expect(rows.get('conversation-volume{account=__other__}')?.value).toBe(201);
  expect(sumOf(rows, 'conversation-volume{account=')).toBe(rows.get('conversation-volume')?.value);
});

it('ROW-4 at the whole hour those are shown that counted most, and what is hidden says where it is', () => {
  const facts = [BY_ACCOUNT];
  for (let i = 0; i < 600; i++)
    facts.push(...opened(`c${i}`, START + i * SECOND_MS, { accountId: `A${i}` }));
  for (let i = 0; i < 5; i++) {
    facts.push(...opened(`late${i}`, START + 700_000 + i, { accountId: 'A599' }));
  }
  const fold = folded(facts);
  const busy = 'conversation-volume{account=A599}';
  expect(shown(fold, 'conversation-volume').has(busy)).toBe(false);
  folded([tick(START + HOUR_MS + 1)], fold);
  const rows = shown(fold, 'conversation-volume');
  expect(rows.get(busy)?.value).toBe(6);
  expect(rows.get('conversation-volume{account=__other__}')?.value).toBe(100);
  expect(sumOf(rows, 'conversation-volume{account=')).toBe(605);
  // A599 took the place of the last of equals.
  const hidden = fold.read('acme/conversation-volume{account=A99}')?.series?.cells[0];
  expect(hidden).toMatchObject({ value: null, state: 'unknown', reasons: ['in_other'] });
});

it('ROW-5 restored, or advanced in one step, the same rows are shown with the same values', () => {
  const facts = [BY_ACCOUNT];
  for (let i = 0; i < 700; i++) {
    facts.push(
      ...opened(`c${i}`, START + i * 7 * SECOND_MS, {
        accountId: `A${i % 600}`,
        tags: [`t${i % 300}`],
      }),
    );
  }
  const fold = folded(facts);
  const copy = createFactFold({ topology: 1, hash });
  copy.restore([...fold.encode()], fold.T);
  expect(shown(copy, 'conversation-volume')).toEqual(shown(fold, 'conversation-volume'));
  folded([tick(START + 7 * HOUR_MS)], fold);
  for (let hour = 2; hour <= 7; hour++) folded([tick(START + hour * HOUR_MS)], copy);
  expect(shown(copy, 'conversation-volume')).toEqual(shown(fold, 'conversation-volume'));
  expect([...copy.encode()].filter(([, f]) => f.includes('/row/'))).toEqual(
    [...fold.encode()].filter(([, f]) => f.includes('/row/')),
  );
});

it('ROW-6 a conversation counts in each of its tags, and once in all: they do not add up', () => {
  const fold = folded([BY_ACCOUNT, ...opened('a', START + 1, { tags: ['x', 'y'] })]);
  const rows = shown(fold, 'conversation-volume');
  expect(rows.get('conversation-volume{tag=x}')?.value).toBe(1);
  expect(rows.get('conversation-volume{tag=y}')?.value).toBe(1);
  expect(rows.get('conversation-volume')?.value).toBe(1);
  const addsUp = (key: string): boolean =>
    fold.read(`acme/conversation-volume${key}`)!.series!.additive;
  expect(['', '{channel=email}', '{tag=x}'].map(addsUp)).toEqual([true, true, false]);
});
