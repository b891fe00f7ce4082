/** Values come from outside, and may be written with any sign. */
import { expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import { DAY_MS, MINUTE_MS } from '../time/instant.ts';

const NINE = Date.parse('2026-06-10T09:00Z');

it.each(['a^b', '~a', '["a"]', 'a{b=c}', '__proto__', 'a\nb'])(
  'ROW-7 a topic may be called %j: counted, summarised and restored it is what it was',
  (category) => {
    const seen = { category, teamId: category, createdAt: NINE };
    const fold = folded([
      config(NINE, { messages: 'read', sources: [], tree: { nodes: [] } }),
      message('I', NINE, 'customer'),
      issue('I', NINE, { ...seen, stateCategory: 'new' }),
      message('I', NINE + MINUTE_MS, 'human', { authorId: 'ada' }),
      issue('I', NINE + 2 * MINUTE_MS, { ...seen, stateCategory: 'closed' }),
      ...Array.from({ length: 60 }, (_, day) => tick(NINE + day * DAY_MS)),
    ]);
    const { cells } = fold.read('acme/contacts-handled')!.series!;
    expect(cells.find(({ window }) => window === '90d')).toMatchObject({ value: 1 });
    restored(fold);
  },
);
