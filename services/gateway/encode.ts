/** A series as JSON text, made once for all subscribers of one audience. */
import type { Series } from '@sapwood/core/metrics';
import type { Audience } from '@sapwood/core/tree';
import { seriesFor } from './audience.ts';
import type { WorkspaceView } from './view.ts';

interface Cached {
  readonly treeVersion: string;
  readonly texts: Partial<Record<Audience, string | null>>;
}

const cache: WeakMap<Series, Cached> = new WeakMap();

/** null: the viewer may not see it. */
export function seriesJson(view: WorkspaceView, viewer: Audience, series: Series): string | null {
  let cached = cache.get(series);
  if (!cached || cached.treeVersion !== view.treeVersion) {
    cached = { treeVersion: view.treeVersion, texts: {} };
    cache.set(series, cached);
  }
  const known = cached.texts[viewer];
  if (known !== undefined) return known;
  const seen = seriesFor(view, viewer, series);
  const text = seen ? JSON.stringify(seen) : null;
  cached.texts[viewer] = text;
  return text;
}
