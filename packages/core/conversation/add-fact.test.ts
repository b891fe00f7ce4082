import { describe, expect, it } from 'vitest';
import { at, derived } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Fact, RawPosition } from '../facts/fact.ts';

const raw = (offset: number): RawPosition => ({ epoch: 1, offset });
/** What a body claimed that stands at this place of the raw log. */
const claimed = (fact: Fact, offset: number): Fact => ({
  ...fact,
  via: 'body',
  srcs: [{ topic: 'raw.pylon.v1', partition: 0, ...raw(offset) }],
});
/** What a read found that began after this place of the raw log. */
const readFrom = (fact: Fact, offset: number): Fact => ({ ...fact, readAfter: raw(offset) });
const thread = (offset: number): Fact =>
  ({
    ...readFrom(issue('I', at('09:30'), {}), offset),
    kind: 'thread.observed',
    body: { count: 1, idsHash: 'h', vanished: [] },
  }) as Fact;

const opened = [
  message('I', at('09:00'), 'customer'),
  issue('I', at('09:00:01'), { stateCategory: 'new', createdAt: at('09:00') }),
];
const reply = claimed(message('I', at('09:20'), 'human'), 5);
const close = claimed(issue('I', at('09:25'), { stateCategory: 'closed' }), 5);
const look = issue('I', at('09:26'), { stateCategory: 'new', createdAt: at('09:00') });
const kindsOf = (facts: readonly Fact[]): string[] => derived(facts).map(({ kind }) => kind);

describe('a body yields to the read that began after it, whichever comes first (pylon.md 3.6)', () => {
  it('CONV-11 a message that the thread no longer shows was none', () => {
    const isReply = (...facts: Fact[]): boolean =>
      kindsOf([...opened, ...facts]).includes('first_reply_human');
    expect(isReply(reply)).toBe(true);
    expect([isReply(reply, thread(5)), isReply(thread(5), reply)]).toEqual([false, false]);
    expect([isReply(reply, thread(4)), isReply(thread(4), reply)]).toEqual([true, true]);
  });
  it('CONV-11 a state that the issue does not show was none', () => {
    const isClosed = (...facts: Fact[]): boolean =>
      kindsOf([...opened, ...facts]).includes('closed');
    expect(isClosed(close)).toBe(true);
    const [over, early] = [readFrom(look, 5), readFrom(look, 4)];
    expect([isClosed(close, over), isClosed(over, close)]).toEqual([false, false]);
    expect([isClosed(close, early), isClosed(early, close)]).toEqual([true, true]);
  });
});
