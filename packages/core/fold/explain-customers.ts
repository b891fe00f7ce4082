/** Which customers count in a window of a row, each once where the last of what it opened there stands. */
import { customerOf } from '../conversation/joined.ts';
import type { Transition } from '../conversation/transition.ts';
import type { ToldConversation } from './conversation-text.ts';
import { isFlagged } from './customers.ts';
import { type Asked, type Found, isWithin, kindsOf, rowsOf, rowsWithin } from './explain-rows.ts';
import type { WorkspaceFold } from './workspace.ts';

interface Opened {
  readonly conversation: ToldConversation;
  readonly transition: Transition;
}

export function findCustomers(workspace: WorkspaceFold, asked: Asked): Found[] {
  const found = new Map<ToldConversation, Found['events'][number][]>();
  for (const [row, opened] of openedIn(workspace, asked)) {
    const { metric } = asked;
    const flagged = opened.findLast(({ transition }) => isFlagged(metric, transition.amounts));
    const { conversation, transition } = opened.at(-1)!;
    const because = flagged?.transition ?? null;
    const amount = metric.customers === 'all' ? opened.length : Number(because !== null);
    const event = { transition, amount, row: row.told, because };
    found.set(conversation, [...(found.get(conversation) ?? []), event]);
  }
  return [...found].map(([conversation, events]) => ({ conversation, events }));
}

interface Row {
  readonly told: string;
}

/** What each customer opened in each row, in order. */
function openedIn(workspace: WorkspaceFold, asked: Asked): Map<Row, Opened[]> {
  const { evidence } = workspace;
  const known = new Map<string, Row>();
  const all = new Map<Row, Opened[]>();
  const kinds = kindsOf(asked.metric);
  for (const id of evidence.since(asked.from)) {
    const conversation = evidence.told(id, kinds);
    const transition = conversation.transitions.find(({ kind }) => kind === 'cohort.opened');
    if (!conversation.asked || !transition?.live || !isWithin(transition, asked)) continue;
    const customer = customerOf(conversation.asked, transition.dims.account);
    if (customer === null) continue;
    const told = evidence.toldOf(conversation);
    for (const one of rowsWithin(rowsOf(transition, told, asked), asked, workspace)) {
      const key = `${customer}/${one}`;
      const row = known.get(key) ?? { told: one };
      known.set(key, row);
      all.set(row, [...(all.get(row) ?? []), { conversation, transition }]);
    }
  }
  for (const opened of all.values()) opened.sort((a, b) => a.transition.at - b.transition.at);
  return all;
}
