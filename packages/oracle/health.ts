/** How an account stands, of four parts as far as they are known (metrics.md 3.4, `account-health-score`). */
import { divRound } from '@sapwood/core/num';
import { type Entry, type Measured, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { Declared } from './declared.ts';
import type { OracleSeries } from './flows.ts';
import type { Place } from './places.ts';
import { NONE } from './rows.ts';
import { type Happened, meanOf, onlyIn, scored, scoreSeries, sumOf } from './scores.ts';
import type { Window } from './windows.ts';

const METRIC = 'account-health-score';
const PPM = 1_000_000;
const PAST_DAYS = 84;

/** Each in ppm; null: it is not known. */
type Parts = Readonly<Record<keyof Required<Declared['healthWeights']>, number | null>>;

export function healthSeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { by, declared, firstAt }: Pick<Known, 'by' | 'declared' | 'firstAt'>,
): OracleSeries[] {
  const openedOf = (entries: readonly Entry[]): Entry[] =>
    entries.filter(({ kind }) => kind === 'opened');
  /** The 84 days before the window; null: they are older than the workspace. */
  const pastOf = ({ now, shifted }: Window): readonly Entry[] | null => {
    const { from } = shifted(PAST_DAYS);
    return from < firstAt ? null : within(openedOf(recent), { from, to: now.from }, T);
  };
  const scoreOf = (happened: Happened, past: readonly Entry[] | null): Measured => {
    const n = openedOf(happened.entries).length;
    if (n === 0) return { value: null, n, reason: 'quiet' };
    const parts: Parts = {
      volume: past && volumeOf(n, past.length),
      sentiment: null,
      resolution: resolutionOf(happened.entries),
      escalation: escalationOf(happened),
    };
    const value = weighed(parts, declared.healthWeights);
    return { value, n, ...(value === null ? { reason: 'few_parts' } : {}) };
  };
  const pasts = new Map(windows.map((window) => [window.code, pastOf(window)]));
  const all = scored(METRIC, recent, T, windows, by);
  const places = all.places.filter(
    (place) => place?.values[0] !== NONE || place.dimension !== 'account',
  );
  return scoreSeries({ ...all, places }, (side, place) => {
    const happened = onlyIn(side, place);
    const past = pasts.get(side.window.code)!;
    const pastIn = past && onlyIn({ ...side, entries: past, stands: [] }, place).entries;
    if (place?.dimension === 'account') return scoreOf(happened, pastIn);
    const rows = [...happened.entries, ...happened.stands].map(({ row }) => row.account[0]!);
    const scores = [...new Set(rows)]
      .filter((account) => account !== NONE)
      .map((value) => {
        const account: Place = { dimension: 'account', values: [value] };
        const before = pastIn && onlyIn({ ...side, entries: pastIn, stands: [] }, account).entries;
        return scoreOf(onlyIn(happened, account), before);
      });
    const isQuiet = scores.every(({ n }) => n === 0);
    const told = scores.flatMap(({ value }) => value ?? []);
    return meanOf(told, isQuiet ? 'quiet' : 'few_parts');
  });
}

const clamped = (ppm: number): number => Math.max(0, Math.min(PPM, ppm));

/** Twice as many as usual, or more, are none. */
function volumeOf(opened: number, past: number): number {
  if (past === 0) return opened <= 2 ? PPM : 0;
  return clamped(divRound((2 * past - 3 * opened) * PPM, past));
}

function resolutionOf(entries: readonly Entry[]): number | null {
  const promised = entries.flatMap(({ kind, target }) =>
    kind === 'resolved' && target ? [target] : [],
  );
  if (promised.length === 0) return null;
  return divRound(promised.filter((one) => one === 'met').length * PPM, promised.length);
}

/** Three of ten escalated, or more, are none. */
function escalationOf({ stands }: Happened): number | null {
  const worked = stands.length;
  if (worked === 0) return null;
  const escalated = stands.filter(({ isEscalated }) => isEscalated).length;
  return clamped(divRound((3 * worked - 10 * escalated) * PPM, 3 * worked));
}

/** In thousandths of a hundred; null: fewer than two parts are known. */
function weighed(parts: Parts, weights: Declared['healthWeights']): number | null {
  const present = Object.entries(parts).flatMap(([name, part]) => {
    const weight = weights[name as keyof Parts] ?? 1;
    return part === null || weight === 0 ? [] : [{ part, weight }];
  });
  if (present.length < 2) return null;
  const sum = sumOf(present.map(({ part, weight }) => part * weight));
  return divRound(sum, 10 * sumOf(present.map(({ weight }) => weight)));
}
