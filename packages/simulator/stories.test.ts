import { describe, expect, it } from 'vitest';
import { addAccounts, monthlyCosts } from './desk.ts';
import { isWord, type Told } from './hand.ts';
import { createStories } from './stories.ts';
import { createSimulatedTenant } from './world.ts';

const START = Date.parse('2026-03-10T06:00:00Z');
const DAY_MS = 86_400_000;
const MICRO = 1_000_000;

function toldIn(days: number, seed: number) {
  const world = createSimulatedTenant({ seed, startMs: START });
  addAccounts(world);
  const options = { workspace: 'desk', startMs: START, everyMs: 2 * 3_600_000 };
  const stories = createStories(world, options);
  const told: Told[] = [];
  const times: number[] = [];
  for (let at = stories.nextAt(); at < START + days * DAY_MS; at = stories.nextAt()) {
    times.push(at);
    told.push(...stories.step());
  }
  return { world, told, times };
}

describe('stories', () => {
  it('SIM-50 the same seed tells the same stories, in order of time; another one tells others', () => {
    const { told, times } = toldIn(5, 1);
    expect(toldIn(5, 1).told).toEqual(told);
    expect(toldIn(5, 2).told).not.toEqual(told);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(150);
  });

  it('SIM-51 they end in every way that there is: closed, grouped, marked as spam, deleted', () => {
    const { world, told } = toldIn(9, 1);
    const issues = [...world.tenant.issues.values()];
    expect(issues.some(({ isGroup }) => isGroup)).toBe(true);
    expect(issues.some(({ tags }) => tags.includes('spam'))).toBe(true);
    const left = new Set(issues.map(({ id }) => id));
    expect(told.some((one) => !isWord(one) && !left.has(one.issueId))).toBe(true);
    const kinds = new Set(told.filter(isWord).map(({ say }) => say['kind']));
    expect([...kinds].sort()).toEqual(['closed_by', 'merge', 'retract', 'supersede']);
  });

  it('SIM-52 twenty accounts in three tiers and none, and customers of each', () => {
    const { staff } = toldIn(1, 1).world;
    expect(staff.accounts).toHaveLength(20);
    expect(new Set(staff.accounts.map(({ tier }) => tier)).size).toBe(4);
    for (const { id } of staff.accounts) expect(staff.contacts.get(id)).not.toHaveLength(0);
  });

  it('SIM-53 of the tooling an invoice comes instead of the estimate', () => {
    const entries = monthlyCosts(START, START + 31 * DAY_MS).flatMap((letter) => letter.entries);
    const tooling = entries.filter((one) => 'category' in one && one.category === 'tooling');
    expect(tooling).toMatchObject([
      { revision: 1, stage: 'provisional', amountMicro: 9_000 * MICRO },
      { revision: 2, stage: 'settled', amountMicro: 9_600 * MICRO },
    ]);
    expect(entries).toHaveLength(4 + 31 + 1);
  });
});
