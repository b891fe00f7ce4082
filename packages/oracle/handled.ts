/** `handled` and `episode_handled`: the team's first act after a start (metrics.md 1.4). */

import type { ClosedBy } from '@sapwood/core/facts';
import { type Change, second } from './attribute.ts';
import { atChange, atMessage, inOrder, isAfter, isPublic } from './case.ts';
import { closureOf, isCourtesy, reopenings } from './closures.ts';
import type { Case, Start } from './conversation.ts';
import type { Message } from './observed.ts';
import { firstOwned } from './owners.ts';
import type { Transition } from './transition.ts';

/** What may handle an episode: all that lies between its start and the next one's. */
interface Stretch {
  readonly messages: readonly Message[];
  readonly closes: readonly Change[];
  readonly owned: Change | undefined;
}

export function handled(found: Case): Transition[] {
  const { start, story } = found;
  if (!start || story.past?.start) return [];
  return earliest(found, 'handled', sinceStart(found, start));
}

/** As `handled`, and again for each customer reopening that is no courtesy. */
export function episodesHandled(found: Case): Transition[] {
  const { start, story } = found;
  if (!start) return [];
  const starts = reopenings(found)
    .filter(({ change, by }) => by === 'customer' && !isCourtesy(found, change))
    .map(({ change }) => change);
  const stretches = starts.map((change) => sinceReopening(found, change));
  if (!story.past?.start) {
    stretches.unshift(sinceStart(found, start));
    starts.unshift(EVER);
  }
  return stretches.flatMap((stretch, i) =>
    earliest(found, 'episode_handled', before(stretch, starts[i + 1])),
  );
}

/** Stands for the start S in a list of reopenings; nothing is compared with it. */
const EVER: Change = {
  from: null,
  to: null,
  at: 0,
  atMin: 0,
  isExact: false,
  seenAt: 0,
  index: -1,
};

function sinceStart(found: Case, start: Start): Stretch {
  const { story, closes, hasMessages } = found;
  return {
    messages: story.messages.filter((message) => isAfter(message, start, story)),
    closes: closes.filter(({ at }) => second(at) >= second(start.at)),
    owned: hasMessages ? undefined : firstOwned(found),
  };
}

function sinceReopening({ story, state, closes }: Case, reopen: Change): Stretch {
  const { changes } = state;
  const place = changes.indexOf(reopen);
  return {
    messages: story.messages.filter(({ at }) => second(at) >= second(reopen.at)),
    closes: closes.filter((close) => changes.indexOf(close) > place),
    owned: undefined,
  };
}

/** What lies in the second of the next start belongs to that. */
function before({ messages, closes, owned }: Stretch, next: Change | undefined): Stretch {
  if (!next) return { messages, closes, owned };
  const isBefore = ({ at }: { readonly at: number }): boolean => second(at) < second(next.at);
  return { messages: messages.filter(isBefore), closes: closes.filter(isBefore), owned };
}

/** Nobody's rule, silence, sweep or merge has handled anything. */
const HANDLERS: readonly ClosedBy[] = ['human', 'ai_agent', 'customer', 'external_sync', 'unknown'];

/** Earliest of a message and a change; the message first within a second. */
function earliest(found: Case, kind: string, { messages, closes, owned }: Stretch): Transition[] {
  const said = messages.find((message) => isPublic(message, 'human', 'bot'));
  const close = closes.find((c) => HANDLERS.includes(closureOf(found, c).closedBy));
  const changes = [owned, close].filter((change) => change !== undefined);
  const candidates = changes.map((c) => atChange(found, kind, c));
  if (said) candidates.push(atMessage(found, kind, said, null));
  return candidates.sort(inOrder).slice(0, 1);
}
