/** What a token reads of the tenant, in its past and live, is what the tenant is like. */
import type { DraftFact, IssueObserved } from '@sapwood/core/facts';
import { createPylonClient } from '@sapwood/pylon/client';
import { createPseudonym, EMPTY_ROSTER, type FactContext } from '@sapwood/pylon/facts';
import { observedIssue } from '@sapwood/pylon/rest-facts';
import { RestIssueSchema } from '@sapwood/pylon/rest-objects';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { expect, it } from 'vitest';
import { declareTiers } from './declared.ts';
import { askedDirectly } from './direct.ts';
import { historyFacts } from './history.ts';
import { issueShape } from './rest-shapes.ts';
import { createSimulatedTenant } from './world.ts';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const FROM: number = NOW - 4 * 3_600_000;
const READ = {
  ...{ roster: EMPTY_ROSTER, categoryField: 'topic' },
  accountFields: { tier: 'tier', arr: 'arr', parent: null },
};

function past() {
  const world = createSimulatedTenant({ seed: 3, startMs: FROM });
  declareTiers(world.staff);
  const options = { workspace: 'acme', source: 's', workspaceKey: 'k', startMs: FROM };
  const moments = [...historyFacts(world, { ...options, untilMs: NOW, read: READ })];
  return { world, moments, facts: moments.flatMap(({ facts }): readonly DraftFact[] => facts) };
}

it('SIM-54 a past that a token read ends as the tenant is, each issue and each message of it', () => {
  const { world, facts } = past();
  const { staff, tenant } = world;
  const context: FactContext = {
    ...{ workspace: 'acme', roster: EMPTY_ROSTER, priorityField: 'priority', messages: 'read' },
    ...{ categoryField: 'topic', pseudonym: createPseudonym('k') },
    statuses: new Map(staff.statuses.map(({ slug, category }) => [slug, category])),
  };
  const last = new Map<string, IssueObserved>();
  const messages = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'issue.observed') last.set(fact.entity, fact.body);
    if (fact.kind === 'message.observed') messages.add(fact.body.messageId);
  }
  // What happened last may be on its way still.
  const issues = [...tenant.issues.values()].filter(({ id }) => last.has(id));
  expect(issues.length).toBeGreaterThan(tenant.issues.size - 2);
  for (const issue of issues) {
    const read = RestIssueSchema.parse(issueShape(issue, staff));
    expect(last.get(issue.id)).toEqual(observedIssue(read, context));
    for (const { id } of issue.messages) expect(messages).toContain(id);
  }
  const seen = [...last.values()];
  expect(new Set(seen.map(({ priority }) => priority))).not.toContain(null);
  expect(new Set(seen.map(({ category }) => category)).size).toBe(4);
  expect(seen.some(({ csat }) => csat!.length > 0)).toBe(true);
  const tiers = facts.map((one) => (one.kind === 'account.observed' ? one.body.tier : 'none'));
  expect([...new Set(tiers)].sort()).toEqual(['business', 'enterprise', 'none', 'starter']);
});

it('SIM-55 what happens to an issue at once is one read, of every delivery about it', () => {
  const { facts } = past();
  const bySource = new Map<number, string>();
  for (const fact of facts.filter(({ srcs }) => srcs.length > 0)) {
    for (const { offset } of fact.srcs) {
      expect(bySource.get(offset) ?? fact.entity).toBe(fact.entity);
      bySource.set(offset, fact.entity);
    }
    expect(fact.readAfter!.offset).toBe(fact.srcs.at(-1)!.offset);
  }
  const issues = facts.filter(({ kind }) => kind === 'issue.observed');
  expect(bySource.size).toBe(Math.max(...bySource.keys()) + 1);
  expect(issues.length).toBeLessThan(bySource.size * 0.75);
});

it('SIM-56 a client in the same process reads it without a network, within the published limits', async () => {
  const clock = createVirtualClock(NOW);
  const { world } = past();
  const client = (token: string, budget: 'on' | 'off') =>
    createPylonClient({
      ...{ baseUrl: 'http://127.0.0.1', token, clock, random: () => 0, budget },
      fetch: askedDirectly({ world, clock, token: 'right', limits: true }),
    });
  const [first] = world.tenant.issues.values();
  const right = client('right', 'off');
  expect(await right.getIssue(first!.id)).toMatchObject({ kind: 'ok', value: { id: first!.id } });
  expect(await right.getIssue('nobody')).toEqual({ kind: 'not_found' });
  const found = await right.searchIssues({
    field: 'updated_at',
    after: new Date(FROM).toISOString(),
  });
  expect(found.kind === 'ok' && found.value.items.length).toBe(world.tenant.issues.size);
  for (let i = 0; i < 20; i++) await right.getMessages(first!.id);
  expect(await right.getMessages(first!.id)).toMatchObject({ kind: 'limited' });
  expect(await client('wrong', 'on').me()).toMatchObject({ kind: 'refused', status: 401 });
});
