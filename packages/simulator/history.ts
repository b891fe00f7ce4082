/**
 * A past for the wall: what the tenant's webhooks and cost feed would have put into the log, as facts
 * in order of time. Nothing is written here; the caller appends and folds them on a virtual clock.
 */
import type { CostEntry, DraftFact, Source } from '@sapwood/core/facts';
import { bodyFacts } from '@sapwood/pylon/body-facts';
import {
  createPseudonym,
  DEFAULT_STATUSES,
  EMPTY_ROSTER,
  type FactContext,
} from '@sapwood/pylon/facts';
import { aiCosts, hourlyCosts, hourOf } from './costs.ts';
import { changeFacts, directoryFacts, type ReadContext } from './past-reads.ts';
import type { Change } from './tenant.ts';
import { hintOf } from './webhooks.ts';
import type { SimulatedTenant } from './world.ts';

export interface HistoryOptions {
  readonly workspace: string;
  readonly source: string;
  readonly workspaceKey: Uint8Array | string;
  /** Up to here, epoch ms; the world then goes on living. */
  readonly untilMs: number;
  readonly startMs: number;
  /** What a token reads, as the source declares it; left out: bodies are all that is known. */
  readonly read?: Pick<ReadContext, 'roster' | 'categoryField' | 'accountFields'>;
}

/** One append: facts of one moment. `at` is what `recordedAt` should be. */
export interface Moment {
  readonly at: number;
  readonly facts: readonly DraftFact[];
}

const HOUR_MS = 3_600_000;
const HEARTBEAT_MS = 300_000;
/** Before epoch 0, so that every live delivery comes after them. */
const HISTORY_EPOCH = -1;
const ARRIVAL_MS = 120;

const statusesOf = ({ staff }: SimulatedTenant): FactContext['statuses'] =>
  new Map(staff.statuses.map(({ slug, category }) => [slug, category]));

/** Yields in order of time; drives the world, which must not be driven by anybody else meanwhile. */
export function* historyFacts(
  world: SimulatedTenant,
  options: HistoryOptions,
): Generator<Moment, void, void> {
  const { workspace, untilMs } = options;
  const context: FactContext = {
    workspace,
    statuses: DEFAULT_STATUSES,
    roster: EMPTY_ROSTER,
    priorityField: 'priority',
    categoryField: null,
    messages: 'read',
    pseudonym: createPseudonym(options.workspaceKey),
  };
  const reading = options.read
    ? { ...context, ...options.read, statuses: statusesOf(world) }
    : null;
  let offset = 0;
  let hour = hourOf(options.startMs);
  let beatAt = options.startMs;

  const envelope = (at: number) =>
    ({ workspace, observedAt: at, srcs: [], readAfter: null, group: null }) as const;

  function costs(from: number): Moment {
    const aiMs = Math.min(HOUR_MS, untilMs - from);
    const entries: readonly CostEntry[] = [
      ...hourlyCosts(from, world.rhythm, false),
      ...(aiMs > 0 ? [aiCosts(from, aiMs, world.rhythm, false)] : []),
    ];
    const facts = entries.map((body): DraftFact => {
      const base = { ...envelope(from), entity: body.costId, at: null, body };
      return { ...base, kind: 'cost.entry', origin: 'feed', via: 'feed' };
    });
    return { at: Math.max(from, options.startMs), facts };
  }
  function beat(at: number): Moment {
    const body = { coveredThrough: at, basis: 'endpoint_up' } as const;
    const base = { ...envelope(at), entity: options.source, at, body };
    return { at, facts: [{ ...base, kind: 'source.heartbeat', origin: 'system', via: 'system' }] };
  }
  function sourceOf(): Source {
    return { topic: 'raw.pylon.v1', partition: 0, epoch: HISTORY_EPOCH, offset: offset++ };
  }
  function delivery(change: Change): Moment | null {
    const issue = world.tenant.issues.get(change.issueId);
    if (!issue) return null;
    const at = change.at + ARRIVAL_MS;
    const arrival = { receivedAt: at, src: sourceOf(), createdAt: null };
    return { at, facts: bodyFacts(hintOf(change, issue), arrival, context) };
  }
  /** What happens to an issue at once is one read. */
  function readOf(changes: readonly Change[], by: ReadContext): Moment | null {
    const issue = world.tenant.issues.get(changes[0]?.issueId ?? '');
    if (!issue) return null;
    const at = changes[0]!.at + ARRIVAL_MS;
    const arrival = { at, srcs: changes.map(sourceOf) };
    return { at, facts: changeFacts(changes, issue, world.staff, arrival, by) };
  }

  if (reading) {
    const { startMs } = options;
    yield { at: startMs, facts: directoryFacts(world.staff, reading, startMs) };
  }
  for (;;) {
    const next = world.behaviour.nextAt();
    const until = Math.min(next, untilMs);
    while (hour <= until || beatAt <= until) {
      if (hour <= beatAt) {
        yield costs(hour);
        hour += HOUR_MS;
      } else {
        yield beat(beatAt);
        beatAt += HEARTBEAT_MS;
      }
    }
    if (next > untilMs - ARRIVAL_MS) return;
    const changes = world.behaviour.step();
    const moments = reading ? [readOf(changes, reading)] : changes.map(delivery);
    yield* moments.filter((moment) => moment !== null);
  }
}
