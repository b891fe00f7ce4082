/** Which customers count in a window of a row, each once where the last of what it opened there stands. */
import { customerOf } from '../conversation/joined.ts';
import type { Transition } from '../conversation/transition.ts';
import type { ToldConversation } from './conversation-text.ts';
import { isFlagged } from './customers.ts';
import { type Asked, type Found, isWithin, type Look, rowsOf, rowsWithin } from './explain-rows.ts';

interface Opened {
  readonly conversation: ToldConversation;
  readonly transition: Transition;
}

/** What a customer opened in a row. */
interface OpenedIn {
  readonly row: string;
  readonly opened: Opened[];
}

/** No conversation counts alone: each is looked at, and then it is told which of them count. */
export function customersIn(asked: Asked): { readonly look: Look; readonly found: () => Found[] } {
  const all = new Map<string, OpenedIn>();
  const look: Look = (conversation, told, _asked, workspace) => {
    const transition = conversation.transitions.find(({ kind }) => kind === 'cohort.opened');
    if (!conversation.asked || !transition?.live || !isWithin(transition, asked)) return [];
    const customer = customerOf(conversation.asked, transition.dims.account);
    if (customer === null) return [];
    for (const row of rowsWithin(rowsOf(transition, told, asked), asked, workspace)) {
      const key = `${customer}/${row}`;
      const known = all.get(key) ?? { row, opened: [] };
      known.opened.push({ conversation, transition });
      all.set(key, known);
    }
    return [];
  };
  return { look, found: () => foundOf([...all.values()], asked) };
}

function foundOf(all: readonly OpenedIn[], { metric }: Asked): Found[] {
  const found = new Map<ToldConversation, Found['events'][number][]>();
  for (const { row, opened } of all) {
    opened.sort((a, b) => a.transition.at - b.transition.at);
    const flagged = opened.findLast(({ transition }) => isFlagged(metric, transition.amounts));
    const { conversation, transition } = opened.at(-1)!;
    const because = flagged?.transition ?? null;
    const amount = metric.customers === 'all' ? opened.length : Number(because !== null);
    const events = found.get(conversation) ?? [];
    events.push({ transition, amount, row, because });
    found.set(conversation, events);
  }
  return [...found].map(([conversation, events]) => ({ conversation, events }));
}
