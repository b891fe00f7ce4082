import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { config, heartbeat, issue } from '../../../tests/support/facts.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold } from './fold.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const CONFIG = { messages: 'read', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE };

function csat(declared: object): string {
  const fold = createFactFold({ topology: 1, hash });
  const facts = [
    config(START, { ...CONFIG, ...declared }),
    heartbeat('pylon', START),
    issue('I', START + 1_000, { createdAt: START, csat: [5] }),
    issue('J', START + 2_000, { createdAt: START, csat: [2] }),
  ];
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
  }
  const key = [...fold.keys()].find((one) => one.endsWith('csat'))!;
  return JSON.stringify(fold.read(key));
}

it('RATE-4 csat is the share of positive ratings, unknown without a scale', () => {
  expect(csat({ csatScale: { min: 1, max: 5, positiveFrom: 4 } })).toMatch(
    /"value":500000,"num":1,"den":2/,
  );
  expect(csat({})).toMatch(/"state":"unknown","value":null.*"reasons":\["no_scale"\]/);
});
