/** When a process has nothing left to do, as seen from outside. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Sqlite } from '@sapwood/runtime/sqlite';
import { withEngine } from '../support/journal.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import type { Accountant } from './accountant.ts';
import { type Site, SOURCE } from './site.ts';

const QUIET_MS = 60_000;
const LOOK_MS = 50;

async function positionOf({ store }: Sqlite, name: string): Promise<number> {
  const bytes = await store.getRecord(`normalizer/${name}`);
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as { next: number }).next : 0;
}

/** Stamp of the newest fact once everything raw was mapped; null before. */
const mappedUpTo = (data: string): Promise<number | null> =>
  withEngine(data, async (engine) => {
    for (const [topic, lane] of [
      [TOPICS.rawPylon.name, SOURCE],
      [TOPICS.rawCost.name, 'cost/feed'],
    ] as const) {
      const { high } = await engine.log.bounds(topic, 0);
      if (high > 0 && (await positionOf(engine, lane)) < high) return null;
    }
    const { high } = await engine.log.bounds(TOPICS.facts.name, 0);
    if (high === 0) return 0;
    const [last] = await engine.log.read(TOPICS.facts.name, 0, high - 1, { max: 1, waitMs: 0 });
    return factCodec.decode(last!.value!).recordedAt;
  });

/** Everything in the raw log has ended somewhere, was folded, published, and is on the screen. */
export async function quiet(site: Site, accountant: Accountant): Promise<number> {
  const begun = clock.monotonic();
  let wanted: number | null = null;
  const reached = async (): Promise<boolean> => {
    await clock.sleep(LOOK_MS);
    wanted ??= await mappedUpTo(site.data);
    return wanted !== null && accountant.report().asOf >= wanted;
  };
  await until(clock, 'everything is folded, published and shown', reached, QUIET_MS).catch(
    async (error: Error) => {
      const answer = await fetch(`${site.url}/v1/tree`).catch(() => null);
      const { asOf } = ((await answer?.json()) ?? {}) as { asOf?: number };
      const seen = { mappedUpTo: wanted, screen: accountant.report().asOf, rest: asOf ?? null };
      throw new Error(`${error.message}; ${JSON.stringify(seen)}`);
    },
  );
  return Math.round(clock.monotonic() - begun);
}
