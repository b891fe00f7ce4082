import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';
import { addFact, type ConversationFact } from './add-fact.ts';
import { declaredOf } from './declared.ts';
import { type DeriveContext, derive, storyOf } from './derive.ts';
import { diff } from './diff.ts';
import { type Conversation, newConversation } from './model.ts';
import { summarise } from './past.ts';

const context: DeriveContext = {
  noMessages: false,
  declared: declaredOf({
    csatScale: { min: 1, max: 5, positiveFrom: 4 },
    escalationTags: ['escalated'],
  }),
  isPerson: () => true,
  isManager: () => false,
  T: at('23:59'),
};
const look = (hhmm: string, seen: IssueObserved): Fact => issue('I', at(hhmm), seen);

/** Of what stands after the chapter was forgotten: what goes and what comes with later facts. */
function later(chapter: readonly Fact[], facts: readonly Fact[]): string[] {
  const conversation = newConversation('I');
  add(conversation, chapter);
  conversation.transitions = derive(conversation, context).transitions;
  summarise(conversation, storyOf(conversation, context));
  add(conversation, facts);
  const { added, retracted } = diff(
    conversation.transitions,
    derive(conversation, context).transitions,
  );
  return [...retracted.map((t) => `-${t.kind}`), ...added.map((t) => `+${t.kind}`)].sort();
}

function add(conversation: Conversation, facts: readonly Fact[]): void {
  for (const fact of facts) addFact(conversation, fact as ConversationFact);
}

const rated = [
  look('08:00', { stateCategory: 'new', assigneeId: 'A', tags: ['escalated'], csat: [] }),
  look('09:00', { stateCategory: 'closed', csat: [5] }),
  look('10:00', { assigneeId: null }),
];

describe('what a summary keeps', () => {
  it('RATE-3 the rating stands until another one comes, in the row of the owner at the close', () => {
    expect(later(rated, [])).toEqual([]);
    expect(later(rated, [look('12:00', { csat: [5], tags: ['escalated'] })])).toEqual([]);
    expect(later(rated, [look('12:00', { csat: [5, 9] })])).toEqual([]);
    expect(later(rated, [look('12:00', { csat: [5, 1] })])).toEqual(['+rated', '-rated']);
  });
  it('RATE-3 a first rating after it stands in the row of the owner at the close', () => {
    const conversation = newConversation('I');
    const said = message('I', at('08:30'), 'human', { authorId: 'B' });
    add(conversation, [
      look('08:00', { stateCategory: 'new', assigneeId: 'A' }),
      said,
      look('09:00', { stateCategory: 'closed' }),
      look('10:00', { assigneeId: null }),
    ]);
    conversation.transitions = derive(conversation, context).transitions;
    summarise(conversation, storyOf(conversation, context));
    add(conversation, [look('12:00', { csat: [4] })]);
    const { transitions } = derive(conversation, context);
    expect(transitions.find(({ kind }) => kind === 'rated')?.dims.assignee).toBe('A');
  });
  it('RATE-3 the last tags seen are known: nothing appears that was there', () => {
    expect(later(rated, [look('12:00', { tags: ['escalated', 'b'] })])).toEqual(['+tagged']);
  });
  it('CLOSE-9 a person who wrote in a forgotten chapter is not forgotten', () => {
    const chapter = [
      message('I', at('08:00'), 'customer'),
      message('I', at('08:30'), 'human'),
      look('09:00', { stateCategory: 'closed' }),
    ];
    const conversation = newConversation('I');
    add(conversation, chapter);
    summarise(conversation, storyOf(conversation, context));
    add(conversation, [
      look('12:00', { stateCategory: 'new' }),
      look('14:00', { stateCategory: 'closed', aiResolved: true }),
    ]);
    const { transitions } = derive(conversation, context);
    expect(transitions.find(({ kind }) => kind === 'closed')?.closedBy).toBe('unknown');
  });
  it('CLOSE-4 a resolution of a forgotten chapter is taken back where it is opened again', () => {
    const chapter = [
      message('I', at('08:00'), 'customer'),
      message('I', at('08:30'), 'human'),
      look('09:00', { stateCategory: 'closed' }),
    ];
    expect(later(chapter, [])).toEqual([]);
    const opened = later(chapter, [look('12:00', { stateCategory: 'new' })]);
    expect(opened).toEqual([
      ...['+cohort.opened', '+reopened.automation', '-cohort.opened', '-resolved'],
    ]);
  });
  it('OUT-3 spam stays removed since it was, and may come back', () => {
    const spam = [
      look('08:00', { stateCategory: 'new', tags: [] }),
      look('09:00', { stateCategory: 'closed', tags: ['spam'] }),
      look('10:00', { assigneeId: 'A' }),
    ];
    expect(later(spam, [])).toEqual([]);
    expect(later(spam, [look('12:00', { tags: ['spam'], priority: 'low' })])).toEqual([]);
    expect(later(spam, [look('12:00', { tags: [] })])).toEqual(['+restored', '+untagged']);
  });
});
