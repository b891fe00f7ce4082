import { second } from '../../time/instant.ts';
import type { Closing } from '../closing.ts';
import { filledAt } from '../filled.ts';
import { isTeam } from '../messages.ts';
import { valueNow } from '../track.ts';
import { handoffsOf } from '../transfers.ts';
import type { Amounts, OpenHours, Transition } from '../transition.ts';
import { RESOLUTION, withVendorMs } from '../vendor-seconds.ts';
import { heldWithin } from './holding.ts';
import { type Story, spent } from './story.ts';

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
    ...(resolved ? [withCounts(story, toldBy(story, resolved))] : []),
  ];
}

/** As known now, whenever it was closed. */
const withCounts = (story: Story, resolved: Transition): Transition => ({
  ...resolved,
  amounts: { ...resolved.amounts, handoffs: handoffsOf(story), ...keptTarget(story) },
});

/** Where a resolution was promised: whether this one is in time. What a forgotten chapter came to stands with it. */
function keptTarget({ sla, past, closes }: Story): Amounts {
  if (closes.length === 0) return {};
  const clock = sla?.find(({ kind }) => kind === 'resolution');
  if (clock) return { inTarget: clock.isBreached ? 0 : 1 };
  return sla && past?.resolutionSla?.isBreached ? { inTarget: 0 } : {};
}

/** One of a chapter that is closed has it from then. */
const toldBy = ({ timeline, closes }: Story, resolved: Transition): Transition =>
  closes.length === 0 ? resolved : withVendorMs(resolved, timeline.vendorSeconds, RESOLUTION);

function ofClose(story: Story, { at, atMin, live, by }: Closing): Omit<Transition, 'kind'> {
  return { at, atMin, live, dims: story.dimsAt({ change: at }), ms: null, closedBy: by };
}

function closed(story: Story): Transition[] {
  const { start, closes, past } = story;
  const isFirst = start !== null && !past?.start;
  const first = isFirst ? closes.find((c) => second(c.at) >= second(start.at)) : undefined;
  return closes.map((close) => {
    const closing = ofClose(story, close);
    const took = close === first ? spent(story, start!.at, close.effectiveAt, closing.dims) : null;
    const amounts: Amounts = {
      ...(story.noMessages || close.by === 'merge'
        ? {}
        : { unanswered: isUnanswered(story, close) ? 1 : 0 }),
      ...(story.timeline.tags.first === undefined
        ? {}
        : { tagged: closing.dims.tags === '' ? 0 : 1 }),
      ...(took ? { firstMs: took.ms! } : {}),
    };
    const hasAny = Object.keys(amounts).length > 0;
    const fields = filledAt(story.timeline, { change: close.at }, story.declared.trackedFields);
    const told = { ...closing, kind: 'closed', ...(hasAny ? { amounts } : {}), ...fields } as const;
    return took?.open ? { ...told, open: { firstMs: took.open.ms! } } : told;
  });
}

function isUnanswered({ timeline, past }: Story, { at }: Closing): boolean {
  if (past?.spoken.human || past?.spoken.bot) return false;
  return !timeline.messages.some((m) => isTeam(m) && second(m.at) <= second(at));
}

/** The last close while it is still closed, no merge and not one of many; its duration ends with the work that led to it. */
function resolvedOf(story: Story): Transition | null {
  const { timeline, closes, start, past } = story;
  if (valueNow(timeline.state) !== 'closed') return null;
  const close = closes.at(-1);
  if (!close) return past?.resolved ?? null;
  if (close.by === 'merge' || close.by === 'bulk') return null;
  const resolved = { ...ofClose(story, close), kind: 'resolved' } as const;
  if (!start) return resolved;
  const until = close.effectiveAt;
  const whole = spent(story, start.at, until, resolved.dims);
  const held = heldWithin(story, start.at, until).map(([from, to]) =>
    spent(story, from, to, resolved.dims),
  );
  const restMs = held.reduce((sum, { ms }) => sum + ms!, 0);
  const from = humanFrom(story, close, start.at);
  const human = from === null ? null : spent(story, from, until, resolved.dims);
  const amounts: Amounts = {
    activeMs: Math.max(0, whole.ms! - restMs),
    ...(human ? { humanMs: human.ms! } : {}),
    ...(story.noMessages ? {} : { handlingMs: handledUntil(story, close.at) }),
  };
  const told = { ...resolved, ms: whole.ms, amounts };
  if (!whole.open) return told;
  const openRestMs = held.reduce((sum, { open }) => sum + open!.ms!, 0);
  const open: OpenHours = {
    ms: whole.open.ms!,
    activeMs: Math.max(0, whole.open.ms! - openRestMs),
    ...(human ? { humanMs: human.open!.ms! } : {}),
  };
  return { ...told, open };
}

/** All that people are taken to have worked on it by then. */
function handledUntil({ timeline, handling, past }: Story, at: number): number {
  return timeline.messages
    .filter((message) => second(message.at) <= second(at))
    .reduce((sum, { id }) => sum + (handling.get(id) ?? 0), past?.handlingMs ?? 0);
}

/** When a person had it from; null: none wrote. */
function humanFrom(story: Story, close: Closing, startAt: number): number | null {
  const { firstHuman, aiHandoff, noMessages } = story;
  if (noMessages || !firstHuman || second(firstHuman.at) > second(close.at)) return null;
  return aiHandoff?.at ?? startAt;
}
