import type { OracleState } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import {
  accountStories,
  accountsInHours,
} from '../../../tests/support/independent/any-desk-accounts.ts';
import { judge, RUNS, SEED, TEST_MS } from './judge-story.fixture.ts';

const ID = 'account-response-time';
const ROWS = ['', '{account=gold}', '{account_tier=vip}'];
/** In each of these there must have been a value, of all several accounts, and one in a window before. */
const DUE = [
  ...ROWS.flatMap((row) => [`${row}7d wall`, `${row}28d wall`]),
  ...['7d business', '28d business', 'several', 'before'],
];

function seenIn({ series }: OracleState): string[] {
  return ROWS.flatMap((row) =>
    (series.get(`${ID}${row}`)?.cells ?? []).flatMap(({ window, clock, value, vsPrev, n }) => [
      ...(value === null ? [] : [`${row}${window} ${clock}`]),
      ...(row === '' && n > 1 ? ['several'] : []),
      ...(row === '' && vsPrev !== null ? ['before'] : []),
    ]),
  );
}

it(
  'M1 live = the oracle for how fast accounts are answered, as tiers and hours change, over months',
  () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(accountStories, accountsInHours, (steps, declared) => {
        const kind = { messages: 'read', source: 'email', declared } as const;
        const found = judge(factsOfDesk(steps, kind), false, (truth) => {
          for (const what of seenIn(truth)) seen.add(what);
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(DUE.filter((what) => !seen.has(what))).toEqual([]);
  },
  TEST_MS,
);
