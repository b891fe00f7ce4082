import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { config, heartbeat, issue, tick, WORKSPACE } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold } from './fold.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const CONFIG = { messages: 'none', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE };

const look = (ms: number, assigneeId: string): Fact =>
  issue('I', START + ms, { createdAt: START, assigneeId, updatedAt: START + ms });
const user = (ms: number, role: string): Fact =>
  ({
    ...tick(START + ms),
    ...{ via: 'rest', kind: 'user.observed', entity: 'ben' },
    body: { userKind: 'human', status: null, role },
  }) as Fact;

function escalations(managerRoles: readonly string[], ...facts: readonly Fact[]): number {
  const fold = createFactFold({ topology: 1, hash });
  const known = [config(START, { ...CONFIG, managerRoles }), heartbeat('pylon', START)];
  for (const [i, one] of [...known, ...facts].entries()) {
    fold.advance(fold.timeOf(one));
    fold.ingest(one, i);
  }
  return fold.totals(WORKSPACE)!.totals.transitions['escalated.manager'] ?? 0;
}

it('ESC-4 a role makes managers, in all that was', () => {
  const handed = [look(1_000, 'ada'), look(600_000, 'ben')];
  expect(escalations([], user(1, 'lead'), ...handed)).toBe(0);
  expect(escalations(['lead'], user(1, 'lead'), ...handed)).toBe(1);
  expect(escalations(['lead'], ...handed, user(700_000, 'lead'))).toBe(1);
  expect(escalations(['lead'], ...handed, user(700_000, 'lead'), user(800_000, 'agent'))).toBe(0);
});
