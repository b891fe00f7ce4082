import type { Closing } from '../closing.ts';
import { isTeam } from '../messages.ts';
import { second, valueNow } from '../track.ts';
import type { Amounts, Transition } from '../transition.ts';
import { heldBetween } from './holding.ts';
import type { Story } from './story.ts';

/** `closed`, `reopened{customer, agent, automation, unknown}` and `resolved` (metrics.md 1.4). */
export function closure(story: Story): Transition[] {
  const resolved = resolvedOf(story);
  return [
    ...closed(story),
    ...story.reopens.map(({ kind, change, isCourtesy }): Transition => {
      const { at, atMin, live } = change;
      const dims = story.dimsAt({ change: at });
      const reopened = { kind, at, atMin, live, dims, ms: null };
      return isCourtesy ? { ...reopened, courtesy: true } : reopened;
    }),
    ...(resolved ? [resolved] : []),
  ];
}

function ofClose(story: Story, { at, atMin, live, by }: Closing): Omit<Transition, 'kind'> {
  return { at, atMin, live, dims: story.dimsAt({ change: at }), ms: null, closedBy: by };
}

function closed(story: Story): Transition[] {
  const { start, closes, past } = story;
  const isFirst = start !== null && !past?.start;
  const first = isFirst ? closes.find((c) => second(c.at) >= second(start.at)) : undefined;
  return closes.map((close) => {
    const amounts: Amounts = {
      ...(story.noMessages ? {} : { unanswered: isUnanswered(story, close) ? 1 : 0 }),
      ...(story.timeline.tags.first === undefined
        ? {}
        : { tagged: story.dimsAt({ change: close.at }).tags === '' ? 0 : 1 }),
      ...(close === first ? { firstMs: Math.max(0, close.effectiveAt - start!.at) } : {}),
    };
    const hasAny = Object.keys(amounts).length > 0;
    return { ...ofClose(story, close), kind: 'closed', ...(hasAny ? { amounts } : {}) };
  });
}

function isUnanswered({ timeline, past }: Story, { at }: Closing): boolean {
  if (past?.spoken.human || past?.spoken.bot) return false;
  return !timeline.messages.some((m) => isTeam(m) && second(m.at) <= second(at));
}

/** The last close while it is still closed; its duration ends with the work that led to it. */
function resolvedOf(story: Story): Transition | null {
  const { timeline, closes, start, past } = story;
  if (valueNow(timeline.state) !== 'closed') return null;
  const close = closes.at(-1);
  if (!close) return past?.resolved ?? null;
  const resolved = { ...ofClose(story, close), kind: 'resolved' } as const;
  if (!start) return resolved;
  const ms = Math.max(0, close.effectiveAt - start.at);
  const activeMs = Math.max(0, ms - heldBetween(story, start.at, close.effectiveAt));
  const humanMs = humanMsOf(story, close, start.at);
  const amounts: Amounts = { activeMs, ...(humanMs === null ? {} : { humanMs }) };
  return { ...resolved, ms, amounts };
}

/** From when a person had it; null: none wrote. */
function humanMsOf(story: Story, close: Closing, startAt: number): number | null {
  const { firstHuman, aiHandoff, noMessages } = story;
  if (noMessages || !firstHuman || second(firstHuman.at) > second(close.at)) return null;
  return Math.max(0, close.effectiveAt - (aiHandoff?.at ?? startAt));
}
