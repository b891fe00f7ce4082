/** A tree whose alerts change under any load: without transitions nothing is shown of them. */
import { DEFAULT_TREE_DOCUMENT } from '@sapwood/core/default-tree';

/** So many bounds, each a half higher than the one before: some alert changes with any queue. */
const BOUNDS = 16;
const FIRST_BOUND = 4;

/** The built-in tree with bounds that the load crosses one after the other. */
export function nervousTree(): unknown {
  const document = structuredClone(DEFAULT_TREE_DOCUMENT) as {
    nodes: Record<string, { alerts?: Record<string, unknown>[] }>;
  };
  // Who waits now: a window would be partial, and no evidence, for as long as the process is young.
  document.nodes['first-response-time']!.alerts = Array.from({ length: BOUNDS }, (_, i) => {
    const warn = Math.ceil(FIRST_BOUND * 1.5 ** i);
    const bounds = { warn, high: Math.ceil(warn * 1.3), recovers: Math.floor(warn / 2), minN: 1 };
    return { id: `waiting-${i}`, on: 'waiting', by: 'channel', pending: '5 s', ...bounds };
  });
  return document;
}
