/** When services have nothing left to do, as seen from outside: by what they store and what is shown. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { withEngine } from '../support/journal.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import type { Accountant } from './accountant.ts';
import type { Stored } from './books.ts';
import { type Site, SOURCE, WORKSPACE } from './site.ts';

const QUIET_MS = 60_000;
const LOOK_MS = 50;

/** One workspace on its way from the raw log to what is shown. */
export interface Line {
  readonly workspace: string;
  /** Stamp of the newest fact once everything raw was mapped; null before. */
  mappedUpTo(): Promise<number | null>;
  /** Log time up to which values are shown. */
  shown(): number | Promise<number>;
}

async function positionOf({ store }: Stored, name: string): Promise<number> {
  const bytes = await store.getRecord(`normalizer/${name}`);
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as { next: number }).next : 0;
}

/** A raw topic and the name under which the normalizer keeps its position in it. */
const LANES = [
  [TOPICS.rawPylon.name, SOURCE],
  [TOPICS.rawCost.name, 'cost/feed'],
] as const;

async function mappedUpTo(stored: Stored): Promise<number | null> {
  for (const [topic, lane] of LANES) {
    const { high } = await stored.log.bounds(topic, 0);
    if (high > 0 && (await positionOf(stored, lane)) < high) return null;
  }
  const { high } = await stored.log.bounds(TOPICS.facts.name, 0);
  if (high === 0) return 0;
  const [last] = await stored.log.read(TOPICS.facts.name, 0, high - 1, { max: 1, waitMs: 0 });
  return factCodec.decode(last!.value!).recordedAt;
}

/** Everything in the raw logs has ended somewhere, was folded, published, and is shown. Returns ms. */
export async function quietOn(lines: readonly Line[], limitMs: number): Promise<number> {
  const begun = clock.monotonic();
  for (const line of lines) {
    let wanted: number | null = null;
    let shown = 0;
    const reached = async (): Promise<boolean> => {
      await clock.sleep(LOOK_MS);
      wanted ??= await line.mappedUpTo();
      shown = await line.shown();
      return wanted !== null && shown >= wanted;
    };
    const what = `everything of ${line.workspace} is folded, published and shown`;
    await until(clock, what, reached, limitMs).catch((error: Error) => {
      throw new Error(`${error.message}; ${JSON.stringify({ mappedUpTo: wanted, shown })}`);
    });
  }
  return Math.round(clock.monotonic() - begun);
}

/** The same of the embedded process. */
export function quiet(site: Site, accountant: Accountant): Promise<number> {
  const line: Line = {
    workspace: WORKSPACE,
    mappedUpTo: () => withEngine(site.data, mappedUpTo),
    shown: () => accountant.report().asOf,
  };
  return quietOn([line], QUIET_MS).catch(async (error: Error) => {
    const answer = await fetch(`${site.url}/v1/tree`).catch(() => null);
    const { asOf } = ((await answer?.json()) ?? {}) as { asOf?: number };
    throw new Error(`${error.message}; rest: ${asOf ?? null}`);
  });
}
