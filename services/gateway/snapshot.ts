/** Everything one viewer may see, as one message: for a session and for the page of the wall. */
import type { Audience } from '@sapwood/core/tree';
import type { Framed, Snapshot } from '@sapwood/protocol/messages';
import { alertFor, treeFor } from './audience.ts';
import { seriesJson } from './encode.ts';
import type { WorkspaceView } from './view.ts';

export interface SnapshotInput {
  readonly view: WorkspaceView;
  readonly viewer: Audience;
  readonly epoch: string;
  readonly currency: string;
  readonly now: number;
  readonly matches: (key: string) => boolean;
}

/** How old the newest frame is travels along: a dead aggregator shows in it. */
export function framed(view: WorkspaceView, now: number): Framed {
  const frameAgeMs = view.frame ? Math.max(0, now - view.frameAt) : null;
  return { frame: view.frame, frameAgeMs, serverTime: now };
}

/** A message whose `values` are texts made before. */
export function withValues(
  type: 'snapshot' | 'values',
  view: WorkspaceView,
  viewer: Audience,
  keys: Iterable<string>,
  rest: object,
): string {
  const values: string[] = [];
  for (const key of keys) {
    const series = view.values.get(key);
    const json = series ? seriesJson(view, viewer, series) : null;
    if (json !== null) values.push(json);
  }
  return `{"type":"${type}","values":[${values.join(',')}],${JSON.stringify(rest).slice(1)}`;
}

export function snapshotText(input: SnapshotInput): string {
  const { view, viewer, epoch, currency, now } = input;
  const current = [...view.alerts.values()].flatMap((a) => alertFor(view, viewer, a) ?? []);
  const rest: Omit<Snapshot, 'type' | 'values'> = {
    tree: treeFor(view, viewer),
    labels: Object.fromEntries(view.labels),
    alerts: { epoch, seq: view.alertSeq, current },
    currency,
    ...framed(view, now),
  };
  const keys = [...view.values.keys()].filter(input.matches);
  return withValues('snapshot', view, viewer, keys, rest);
}
