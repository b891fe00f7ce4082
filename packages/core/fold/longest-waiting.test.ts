/** Who has waited longest for a reply, and the five of them (metrics.md 3.2). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Series } from '../metrics/value.ts';
import { createWaitIndex, type Waiter } from '../panes/wait-index.ts';
import type { FactFold } from './fold.ts';

const ID = 'longest-waiting';
const HEAD = config(at('00:00'), { messages: 'read', sources: [], tree: { nodes: [] } });
const look = (id: string, time: string, seen: object = {}): Fact =>
  issue(id, at(time), { createdAt: at('09:00'), stateCategory: 'new', channel: 'email', ...seen });
const asked = (id: string, time: string, seen: object = {}): Fact[] => [
  message(id, at(time), 'customer'),
  look(id, time, seen),
];
const answered = (id: string, time: string): Fact =>
  message(id, at(time), 'human', { authorId: 'ann' });

const seriesOf = (fold: FactFold, key = ID): Series => fold.read(`acme/${key}`)!.series!;
const told = (fold: FactFold, key = ID): unknown[] => {
  const { cells, top } = seriesOf(fold, key);
  const [{ value, state, n, window }] = cells as [Series['cells'][number]];
  expect(window).toBe('now');
  return [value, state, n, top!.map(({ conversation }) => conversation).join('')];
};
const MINUTE = 60_000;

describe('the longest wait', () => {
  const SIX = ['f', 'e', 'd', 'c', 'b', 'a'].flatMap((id, i) => asked(id, `09:0${i}`));

  it('LONGEST-1 is an age at the last edge of a pane, which a new message does not reset', () => {
    const fold = folded([HEAD, ...SIX, message('f', at('09:30'), 'customer'), tick(at('10:00'))]);
    expect(told(fold)).toEqual([60 * MINUTE, 'live', 6, 'fedcb']);
    expect(seriesOf(fold)).toMatchObject({ unit: 'ms', form: 'GAUGE', waiting: null });
    folded([tick(at('10:00:04'))], fold);
    expect(told(fold)[0]).toBe(60 * MINUTE);
    folded([tick(at('10:00:05'))], fold);
    expect(told(fold)[0]).toBe(60 * MINUTE + 5_000);
  });

  it('LONGEST-1 where nobody waits there is none, and less than a pane is 0', () => {
    const fold = folded([HEAD, tick(at('09:00:01'))]);
    expect(told(fold)).toEqual([null, 'undefined', 0, '']);
    expect(seriesOf(fold).cells[0]!.reasons).toEqual(['nobody_waits']);
    folded([message('a', at('09:00:02'), 'customer'), tick(at('09:00:03'))], fold);
    expect(told(fold)).toEqual([0, 'live', 1, 'a']);
    const document = { messages: 'none', currency: 'GBP', sources: [], tree: { nodes: [] } };
    const none = config(at('09:01'), document);
    folded([none], fold);
    expect(seriesOf(fold)).toMatchObject({ top: null, cells: [{ reasons: ['no_messages'] }] });
  });

  it('LONGEST-1 is of now: no window of it is filling, in the first seconds of a workspace neither', () => {
    const fold = folded([
      config(at('09:00:02'), { messages: 'read', sources: [], tree: { nodes: [] } }),
      tick(at('09:00:03')),
    ]);
    expect(seriesOf(fold).cells[0]).toMatchObject({
      state: 'undefined',
      reasons: ['nobody_waits'],
    });
  });

  it('LONGEST-1 whom a bot answers waits no more, but since the first message once it is silent', () => {
    const bot = message('a', at('09:01'), 'bot', { authorId: 'robot' });
    const fold = folded([HEAD, ...asked('a', '09:00'), bot, tick(at('09:30'))]);
    expect(told(fold)).toEqual([null, 'undefined', 0, '']);
    folded([message('a', at('09:40'), 'customer'), tick(at('09:41:59'))], fold);
    expect(told(fold)[0]).toBeNull();
    folded([tick(at('09:42'))], fold);
    expect(told(fold)).toEqual([42 * MINUTE, 'live', 1, 'a']);
  });

  it('LONGEST-2 of equals the smaller ids come first, in each row its own', () => {
    const equal = ['c', 'a', 'b'].flatMap((id) => asked(id, '09:00', { teamId: `T${id}` }));
    const fold = folded([HEAD, ...equal, ...asked('z', '08:59'), tick(at('09:10'))]);
    expect(told(fold)).toEqual([11 * MINUTE, 'live', 4, 'zabc']);
    expect(told(fold, `${ID}{team=Tb}`)).toEqual([10 * MINUTE, 'live', 1, 'b']);
    expect(seriesOf(fold, `${ID}{team=Tb}`).top).toEqual([
      { conversation: 'b', since: at('09:00') },
    ]);
    // What stands beside the replies is as it was.
    expect(seriesOf(fold, 'message-response-time').top).toBeNull();
  });

  it('LONGEST-3 whoever is answered leaves, and restored they are the same', () => {
    const fold = folded([HEAD, ...SIX, answered('f', '09:10'), tick(at('10:00'))]);
    expect(told(fold)).toEqual([59 * MINUTE, 'live', 5, 'edcba']);
    restored(fold);
  });

  it('LONGEST-3 of any who come and go, those of a walk over all who wait', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      since: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
      rows: fc.subarray(['all', 'email']),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = createWaitIndex();
        const waits = new Map<string, { since: number; rows: readonly string[] }>();
        for (const { id, since, rows } of steps) {
          const waiting = since === null ? null : { since, rows };
          index.set(id, waiting);
          if (waiting) waits.set(id, waiting);
          else waits.delete(id);
          for (const row of ['all', 'email']) {
            const walked: Waiter[] = [...waits]
              .filter(([, wait]) => wait.rows.includes(row))
              .map(([conversation, wait]) => ({ conversation, since: wait.since }))
              .sort((a, b) => a.since - b.since || (a.conversation < b.conversation ? -1 : 1));
            expect(index.longest(row, 5)).toEqual(walked.slice(0, 5));
            expect(index.read(row)).toEqual({
              count: walked.length,
              oldestSince: walked[0]?.since ?? null,
            });
          }
        }
      }),
    );
  });

  it('LONGEST-4 is told anew as a pane passes, as long as somebody waits', () => {
    const fold = folded([HEAD, ...SIX, tick(at('10:00'))]);
    const dirty = (time: string): boolean => {
      folded([tick(at(time))], fold);
      return fold.touched().dirty.has(`acme/${ID}`);
    };
    fold.touched();
    expect([dirty('10:00:04'), dirty('10:00:05'), dirty('10:00:09')]).toEqual([false, true, false]);
    folded(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => answered(id, '10:00:09')),
      fold,
    );
    fold.touched();
    expect([dirty('10:00:15'), told(fold)[0]]).toEqual([false, null]);
  });
});
