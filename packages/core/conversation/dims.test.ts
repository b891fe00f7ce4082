import { expect, it } from 'vitest';
import { at, derived, derivedAt } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';
import { NONE, type Transition, tagsOf } from './transition.ts';

const created = { stateCategory: 'new', createdAt: at('09:00') } as const;
const STORY: readonly Fact[] = [
  message('I', at('09:00'), 'customer', { channel: 'email' }),
  issue('I', at('09:00:01'), {
    ...created,
    teamId: 'T1',
    assigneeId: null,
    accountId: 'A1',
    priority: 'low',
    tags: ['b', 'a', 'b'],
  }),
  message('I', at('09:10'), 'human', { authorId: 'ada' }),
  issue('I', at('09:20'), { teamId: 'T1', assigneeId: 'ben', priority: 'high', category: 'bug' }),
  message('I', at('09:30'), 'human', { authorId: 'cy', note: true }),
  issue('I', at('09:40'), { teamId: 'T2', assigneeId: 'cy', accountId: 'A2', tags: [] }),
  issue('I', at('10:00'), { stateCategory: 'closed', resolutionAt: at('10:00') }),
];

const one = (list: readonly Transition[], kind: string): Transition['dims'] =>
  list.find((t) => t.kind === kind)!.dims;

it('DIM-1 what the team writes stands with its author, what changes with the owner of then', () => {
  const list = derived(STORY);
  expect(one(list, 'first_reply_human')).toMatchObject({ assignee: 'ada', team: 'T1' });
  const worked = list.filter((t) => t.kind === 'worked').map((t) => t.dims.assignee);
  expect(worked).toEqual(['ada', 'ben', 'cy', 'ben', 'ben', 'cy']);
  expect(one(list, 'closed').assignee).toBe('cy');
});

it('DIM-2 account, priority, category and tags are those of the stop; before the first look its own', () => {
  const list = derived(STORY);
  const reply = one(list, 'first_reply_human');
  expect(reply).toMatchObject({
    account: 'A1',
    priority: 'low',
    category: 'bug',
    channel: 'email',
  });
  expect(tagsOf(reply.tags)).toEqual(['a', 'b']);
  expect(one(list, 'closed')).toMatchObject({ account: 'A2', priority: 'high', tags: '' });
});

it('DIM-3 what was opened stands with what is known now, until a person replies or it is closed', () => {
  const waiting = derived(STORY.slice(0, 2));
  expect(one(waiting, 'opened')).toMatchObject({ team: 'T1', assignee: NONE });
  const moved = [
    ...STORY.slice(0, 2),
    issue('I', at('09:05'), { teamId: 'T9', assigneeId: 'zoe' }),
  ];
  expect(one(derived(moved), 'opened')).toMatchObject({ team: 'T9', assignee: 'zoe' });
  expect(one(derived(STORY), 'opened')).toMatchObject({
    team: 'T1',
    assignee: NONE,
    account: 'A1',
  });
});

it('DIM-4 a transfer stands with those who gave it away, in both rows', () => {
  const handoff = one(derived(STORY), 'handed_off.team');
  expect(handoff).toMatchObject({ team: 'T1', assignee: 'ben', account: 'A2' });
});

it('DIM-4 a bot between two owners is nobody: the work of the handoff is in its rows', () => {
  const owned = (time: string, assigneeId: string): Fact => issue('I', at(time), { assigneeId });
  const list = derived([
    message('I', at('09:00'), 'customer'),
    owned('09:01', 'ada'),
    message('I', at('09:10'), 'human', { authorId: 'ada' }),
    owned('09:20', 'robot'),
    owned('09:30', 'ben'),
  ]);
  expect(one(list, 'handed_off.agent').assignee).toBe('ada');
  const last = list.findLast(({ kind }) => kind === 'worked')!;
  expect([last.at, last.dims.assignee]).toEqual([at('09:30'), 'ada']);
});

it('DIM-5 a priority that is taken back within a minute never was; an account stands as it was seen', () => {
  const story = [
    issue('I', at('09:00'), { ...created, priority: 'low', accountId: 'A1' }),
    message('I', at('09:00'), 'customer'),
    issue('I', at('09:30'), { priority: 'urgent', accountId: 'A2' }),
    issue('I', at('09:30:30'), { priority: 'low', accountId: 'A1' }),
    issue('I', at('09:30:10'), { stateCategory: 'closed', resolutionAt: at('09:30:10') }),
  ];
  expect(one(derived(story), 'closed')).toMatchObject({ priority: 'low', account: 'A2' });
});

it('DIM-6 who handled it is known of the whole conversation, by public messages', () => {
  const handled = (...facts: Fact[]): string =>
    derivedAt([STORY[0]!, STORY[1]!, ...facts]).handledBy;
  const bot = message('I', at('09:01'), 'bot');
  const human = message('I', at('09:02'), 'human');
  expect(handled(message('I', at('09:03'), 'human', { note: true }))).toBe('none');
  expect([handled(bot), handled(human), handled(bot, human)]).toEqual(['ai', 'human', 'mixed']);
});
