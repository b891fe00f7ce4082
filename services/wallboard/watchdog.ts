/**
 * A screen that nobody touches must come back by itself: it reloads when no frame came for long and
 * when the gateway's build changed, but only once the gateway answers; a browser's error page has
 * no way back.
 */
import type { Store } from './store.ts';

const SILENT_MS_MAX = 150_000;
const HEALTH_MS = 5_000;
const BUILD_SPREAD_MS = 60_000;

async function answers(): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), HEALTH_MS);
  const answer = await fetch('/healthz', { signal: abort.signal }).catch(() => null);
  clearTimeout(timer);
  return answer?.ok === true;
}

export function watch(store: Store): void {
  let seenAt = performance.now();
  let firstBuild = '';
  let reloadAt: number | null = null;
  let asking = false;
  const reload = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    if (await answers()) window.location.reload();
    asking = false;
  };
  setInterval(() => {
    const now = performance.now();
    store.tick();
    if (store.blindSince.peek() === null) seenAt = now;
    const build = store.build.peek();
    firstBuild = firstBuild || build;
    if (build !== firstBuild) {
      const share = crypto.getRandomValues(new Uint8Array(1))[0]! / 256;
      reloadAt = reloadAt ?? now + share * BUILD_SPREAD_MS;
    }
    const due = now - seenAt > SILENT_MS_MAX || (reloadAt !== null && now >= reloadAt);
    if (due && !store.unpaired.peek()) void reload();
  }, 1_000);
}
