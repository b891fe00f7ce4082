/** What a run says of a series in each of its steps. */
import type { SampleRun } from '../samples.ts';
import type { Channel } from './feeds.ts';
import type { Segment } from './plan.ts';

/** null = the series was there, but may not be used. */
export type RunReading = ReadonlyMap<string, { readonly y: number; readonly n: number } | null>;

export function readRun(run: SampleRun): RunReading {
  return new Map(
    run.series.map((key, i) => {
      const isUsable = run.flags[i] === 0;
      return [key, isUsable ? { y: run.y[i]!, n: run.n[i]! } : null] as const;
    }),
  );
}

/** A segment that the run leaves out had nothing, provided that its total was seen. */
export function readSeries(
  reading: RunReading,
  base: string,
  segment: Segment,
): { y: number; n: number } | null {
  const found = reading.get(segment === '' ? base : `${base}{${segment}}`);
  if (found !== undefined) return found;
  if (segment === '' || !reading.get(base)) return null;
  return { y: base.endsWith('#oldest') ? -1 : 0, n: 0 };
}

export function valueIn(reading: RunReading, feed: Channel): number | null {
  const found = readSeries(reading, feed.base, feed.segment);
  return found === null ? null : feed.field === 'n' ? found.n : found.y;
}
