/** First replies within their target, with those that are owed past it (metrics.md 3.1, 2). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import type { SlaPolicy } from '../directory/config.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const ID = 'first-response-time-within-target';
/** An hour and a half; nothing is promised to what is low. */
const POLICY: SlaPolicy = {
  targets: {
    first: {
      normal: { ms: 90 * MINUTE_MS, clock: 'wall' },
      high: { ms: 30 * MINUTE_MS, clock: 'wall' },
    },
  },
  pauseOn: ['on_hold'],
};
const HEAD = config(at('00:00') - 200 * DAY_MS, {
  ...{ messages: 'read', sources: [], tree: { nodes: [] }, sla: POLICY },
  by: { [ID]: ['priority'] },
});

const look = (id: string, time: string, seen: IssueObserved = {}): Fact =>
  issue(id, at(time), { createdAt: at('09:00'), stateCategory: 'new', ...seen });
const asked = (id: string, time: string, priority = 'normal'): Fact[] => [
  message(id, at(time), 'customer'),
  look(id, time, { priority, channel: 'email' }),
];
const answered = (id: string, time: string): Fact =>
  message(id, at(time), 'human', { authorId: 'ann' });

const FACTS: readonly Fact[] = [
  HEAD,
  ...asked('a', '09:00'),
  ...asked('b', '09:00'),
  ...asked('c', '09:00'),
  ...asked('low', '09:00', 'low'),
  answered('a', '10:00'),
  answered('low', '10:10'),
];

const told = (fold: FactFold, window: WindowCode, key = ID): unknown[] => {
  const { cells } = fold.read(`acme/${key}`)!.series!;
  const { value, num, den, n, vsPrev }: Cell = cells.find((one) => one.window === window)!;
  // Who was owed a reply then is not remembered: it is compared with nothing.
  expect([n, vsPrev]).toEqual([den, null]);
  return [value, num, den];
};

function restored(fold: FactFold): void {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  expect([...copy.encode()]).toEqual([...fold.encode()]);
}

describe('first replies in target', () => {
  it('SLA-21 who is owed one past the target counts from the very instant, by log time alone', () => {
    const fold = folded([...FACTS, tick(at('10:29:59'))]);
    expect(told(fold, '24h')).toEqual([1_000_000, 1, 1]);
    restored(fold);
    fold.touched();
    folded([tick(at('10:30'))], fold);
    expect(told(fold, '24h')).toEqual([333_333, 1, 3]);
    expect([...fold.touched().dirty]).toContain(`acme/${ID}`);
    restored(fold);
  });

  it('SLA-21 one that comes late stays in the window of its reply, whoever is owed in each', () => {
    const fold = folded([...FACTS, answered('b', '11:00'), tick(at('11:30'))]);
    expect(told(fold, '24h')).toEqual([333_333, 1, 3]);
    expect(told(fold, '60m')).toEqual([0, 0, 2]);
    expect(told(fold, '5m')).toEqual([0, 0, 1]);
    expect(told(fold, '90d')).toEqual([333_333, 1, 3]);
    folded([look('c', '11:40', { stateCategory: 'closed' })], fold);
    expect(told(fold, '24h')).toEqual([500_000, 1, 2]);
    expect(told(fold, '5m')).toEqual([null, 0, 0]);
    restored(fold);
  });

  it('SLA-21 whom a bot covers is owed nothing', () => {
    const covered = [message('c', at('10:25'), 'bot'), tick(at('10:40'))];
    const fold = folded([...FACTS, answered('b', '10:20'), ...covered]);
    expect(told(fold, '24h')).toEqual([1_000_000, 2, 2]);
    // Unanswered by the bot for two minutes; what was counted before the cover goes on.
    folded([message('c', at('10:45'), 'customer'), tick(at('10:46'))], fold);
    expect(told(fold, '24h')).toEqual([1_000_000, 2, 2]);
    folded([tick(at('10:52'))], fold);
    expect(told(fold, '24h')).toEqual([666_667, 2, 3]);
  });

  it('SLA-21 a target that is another midway is judged by what it is now', () => {
    const fold = folded([...FACTS, look('b', '10:15', { priority: 'high' }), tick(at('10:16'))]);
    expect(told(fold, '24h')).toEqual([500_000, 1, 2]);
    folded([answered('b', '10:17')], fold);
    expect(told(fold, '24h')).toEqual([500_000, 1, 2]);
    expect(told(fold, '24h', `${ID}{priority=high}`)).toEqual([0, 0, 1]);
  });

  it('SLA-22 in the row of now, where nobody else need be', () => {
    const fold = folded([...FACTS, tick(at('10:30'))]);
    expect(told(fold, '24h', `${ID}{priority=normal}`)).toEqual([333_333, 1, 3]);
    folded([look('c', '10:35', { priority: 'high' })], fold);
    expect(told(fold, '24h', `${ID}{priority=normal}`)).toEqual([500_000, 1, 2]);
    expect(told(fold, '24h', `${ID}{priority=high}`)).toEqual([0, 0, 1]);
    expect(told(fold, '24h', `${ID}{channel=email}`)).toEqual([333_333, 1, 3]);
  });

  it('SLA-22 the parts are the replies, and who is late now', () => {
    const fold = folded([...FACTS, tick(at('10:30'))]);
    const question = { key: ID, window: '24h', clock: 'wall', limit: 10, after: null } as const;
    const explained = fold.explain('acme', question)!;
    expect(explained).toMatchObject({
      ...{ sums: true, total: { value: 333_333, num: 1, den: 3, n: 3 } },
      counts: { conversations: 3, waiting: 0 },
    });
    expect(explained.parts.map(({ part }) => part)).toEqual(['counted', 'open', 'open']);
  });

  it('SLA-21 without a target it is unknown', () => {
    const none = config(at('00:00'), { messages: 'read', sources: [], tree: { nodes: [] } });
    const fold = folded([none, ...FACTS.slice(1), tick(at('10:30'))]);
    const [cell] = fold.read(`acme/${ID}`)!.series!.cells;
    expect([cell!.state, cell!.reasons]).toEqual(['unknown', ['no_policy']]);
  });
});
