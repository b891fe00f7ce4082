import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { config, message } from '../../../tests/support/facts.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold } from './fold.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const CONFIG = { messages: 'read', currency: 'GBP', sources: [], tree: DEFAULT_TREE };

it('WIN-3 work ahead of log time counts in each metric of distinct conversations', () => {
  const fold = createFactFold({ topology: 1, hash });
  const facts = [
    config(START, CONFIG),
    message('I', START + 240_000, 'human', { recordedAt: START }),
    message('I', START, 'customer'),
  ];
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
  }
  const worked = ['conversation-handoff-rate', 'escalation-rate'].map((id) => {
    const key = [...fold.keys()].find((one) => one.endsWith(id))!;
    return JSON.stringify(fold.read(key)).match(/"den":(\d+)/)?.[1];
  });
  expect(worked).toEqual(['1', '1']);
});
