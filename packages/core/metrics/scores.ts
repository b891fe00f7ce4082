/** How scores are made of their parts (metrics.md 3.4), in integers: each part is rounded by itself, then their mean. */
import { EVEN_WEIGHTS, type HealthWeights } from '../directory/config.ts';
import { divRound, mulDivRound } from '../num/integer.ts';
import { fourfoldMad, twiceMedian } from '../num/median.ts';
import type { Composite } from './definition.ts';

/** What one is measured by; the order is that in which they are told. */
export interface ScorePart {
  readonly name: string;
  /** ppm of a health, thousandths of the others. */
  readonly value: number;
  readonly weight: number;
  /** What it is worked out from. */
  readonly from: Readonly<Record<string, number>>;
}

/** A score in thousandths, or why there is none. */
export interface Score {
  readonly value: number | null;
  readonly n: number;
  readonly reason: string | null;
  readonly parts: readonly ScorePart[];
}

export const noScore = (reason: string, n: number, parts: readonly ScorePart[] = []): Score => ({
  ...{ value: null, n, reason, parts },
});

type Weighed = Pick<ScorePart, 'value' | 'weight'>;

/** What parts come to, of which there is at least one: their mean as they weigh, once rounded. */
export function sumOfParts(kind: Composite['kind'], parts: readonly Weighed[]): number {
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  const sum = parts.reduce((total, { value, weight }) => total + weight * value, 0);
  // ppm as thousandths of a hundred.
  if (kind === 'health') return divRound(sum, 10 * weights);
  const mean = divRound(sum, weights);
  return kind === 'gap' ? Math.max(0, mean) : mean;
}

/** What counted, of what it is counted among. */
export interface Counted {
  readonly num: number;
  readonly den: number;
}

/** Of an account; what it opened before is null while the windows that are compared are not full. */
export interface HealthInput {
  readonly opened: number;
  readonly openedBefore: number | null;
  readonly inTarget: Counted;
  readonly escalated: Counted;
}

const WHOLE_PPM = 1_000_000;
/** Opened in the window and before it: so many windows lie before it. */
export const WINDOWS_BEFORE = 3;
/** Without anything opened before, so many are nothing unusual. */
const FEW_OPENED = 2;
const LEAST_HEALTH_PARTS = 2;
const HEALTH_PARTS = ['volume', 'resolution', 'escalation'] as const;

export function healthOf(input: HealthInput, declared: Partial<HealthWeights> = {}): Score {
  const { opened, inTarget, escalated } = input;
  if (opened === 0) return noScore('quiet', 0);
  const weights = { ...EVEN_WEIGHTS, ...declared };
  const values = {
    volume: calm(input),
    resolution: inTarget.den === 0 ? null : divRound(inTarget.num * WHOLE_PPM, inTarget.den),
    escalation: escalated.den === 0 ? null : unescalated(escalated),
  };
  const from = {
    volume: { opened, openedBefore: input.openedBefore ?? 0 },
    resolution: { inTarget: inTarget.num, resolved: inTarget.den },
    escalation: { escalated: escalated.num, worked: escalated.den },
  };
  const parts = HEALTH_PARTS.flatMap((name): ScorePart[] => {
    const [value, weight] = [values[name], weights[name]];
    return value === null || weight === 0 ? [] : [{ name, value, weight, from: from[name] }];
  });
  if (parts.length < LEAST_HEALTH_PARTS) return noScore('few_parts', opened, parts);
  return { value: sumOfParts('health', parts), n: opened, reason: null, parts };
}

/** 1 - clamp(r - 1, 0, 1), r = how much more came than in an earlier window on average. */
function calm({ opened, openedBefore }: HealthInput): number | null {
  if (openedBefore === null) return null;
  if (openedBefore === 0) return opened <= FEW_OPENED ? WHOLE_PPM : 0;
  const rest = 2 * openedBefore - WINDOWS_BEFORE * opened;
  return clamp(mulDivRound(rest, WHOLE_PPM, openedBefore), WHOLE_PPM);
}

/** 1 - min(1, rate / 0.3). */
const unescalated = ({ num, den }: Counted): number =>
  clamp(mulDivRound(3 * den - 10 * num, WHOLE_PPM, 3 * den), WHOLE_PPM);

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** Of one that is compared with others: how much there is to go by, and what is known of each part. */
export interface Measured {
  readonly n: number;
  readonly parts: Readonly<Record<string, number | null>>;
}

/** Of fewer nothing is told. */
export const LEAST_N = 20;
const LEAST_INDEX_PARTS = 3;
const INDEX_PARTS = ['handled', 'resolution', 'first_response', 'csat', 'escalation'] as const;
const HIGHER_IS_BETTER: ReadonlySet<string> = new Set(['handled', 'csat']);
const TOP = 100_000;

/** Each against the median of all that are given: what a median one has is 50. */
export function indexesOf(measured: ReadonlyMap<string, Measured>): Map<string, Score> {
  const twice = mediansOf(measured, INDEX_PARTS);
  return eachOf(measured, ({ n, parts }) => {
    const told = INDEX_PARTS.flatMap((name) => indexPart(name, parts[name]!, twice.get(name)));
    if (told.length < LEAST_INDEX_PARTS) return noScore('few_parts', n, told);
    return { value: sumOfParts('index', told), n, reason: null, parts: told };
  });
}

function indexPart(name: string, own: number | null, twice: number | undefined): ScorePart[] {
  if (own === null || !twice) return [];
  const value = HIGHER_IS_BETTER.has(name)
    ? mulDivRound(own, TOP, twice)
    : own === 0
      ? TOP
      : mulDivRound(twice, TOP / 4, own);
  return [{ name, value: clamp(value, TOP), weight: 1, from: { own, median: twice / 2 } }];
}

const GAP_PARTS = ['escalation', 'resolution', 'csat'] as const;
const LEAST_GAP_PARTS = 1;
/** Of fewer topics nothing is far from the others. */
const LEAST_TOPICS = 3;
/** 1.4826 in ten thousandths: so many MADs are a standard deviation. */
const MAD_SCALE = 14_826;
/** A part of this many thousandths is far from the others. */
const FAR = 1_000;

/** Each by how far it lies from the others. */
export function gapsOf(measured: ReadonlyMap<string, Measured>): Map<string, Score> {
  const spreads = new Map(GAP_PARTS.map((name) => [name, spreadOf(valuesOf(measured, name))]));
  return eachOf(measured, ({ n, parts }) => {
    const told = GAP_PARTS.flatMap((name) => gapPart(name, parts[name]!, spreads.get(name)!));
    if (told.length < LEAST_GAP_PARTS) return noScore('few_parts', n);
    return { value: sumOfParts('gap', told), n, reason: null, parts: told };
  });
}

/** Two parts or more lie far from those of the others. */
export const isGap = ({ parts }: Pick<Score, 'parts'>): boolean =>
  parts.filter(({ value }) => value >= FAR).length >= 2;

interface Spread {
  readonly twiceMedian: number;
  readonly fourfoldMad: number;
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length < LEAST_TOPICS) return null;
  const twice = twiceMedian(values);
  const mad = fourfoldMad(values, twice);
  return mad === 0 ? null : { twiceMedian: twice, fourfoldMad: mad };
}

function gapPart(name: string, own: number | null, spread: Spread | null): ScorePart[] {
  if (own === null || !spread) return [];
  const { twiceMedian: twice, fourfoldMad: mad } = spread;
  // (x - median) / (1.4826 MAD) in thousandths, of twice the one and four times the other.
  const value = mulDivRound(2 * own - twice, 20_000_000, MAD_SCALE * mad);
  return [{ name, value, weight: 1, from: { own, median: twice / 2, mad: mad / 4 } }];
}

interface ScoreTerms {
  readonly parts: readonly string[];
  /** So many of them must be known. */
  readonly least: number;
  /** Whoever has less to go by has no score; 0: all have one. */
  readonly leastN: number;
}

export const SCORE_TERMS: Readonly<Record<Composite['kind'], ScoreTerms>> = {
  health: { parts: HEALTH_PARTS, least: LEAST_HEALTH_PARTS, leastN: 0 },
  index: { parts: INDEX_PARTS, least: LEAST_INDEX_PARTS, leastN: LEAST_N },
  gap: { parts: GAP_PARTS, least: LEAST_GAP_PARTS, leastN: LEAST_N },
};

function eachOf(
  measured: ReadonlyMap<string, Measured>,
  score: (one: Measured) => Score,
): Map<string, Score> {
  return new Map(
    [...measured].map(([id, one]) => [id, isEnough(one) ? score(one) : noScore('low_n', one.n)]),
  );
}

const isEnough = ({ n }: Measured): boolean => n >= LEAST_N;

const valuesOf = (measured: ReadonlyMap<string, Measured>, part: string): number[] =>
  [...measured.values()].filter(isEnough).flatMap(({ parts }) => parts[part] ?? []);

function mediansOf(
  measured: ReadonlyMap<string, Measured>,
  parts: readonly string[],
): Map<string, number> {
  const medians = new Map<string, number>();
  for (const part of parts) {
    const values = valuesOf(measured, part);
    if (values.length > 0) medians.set(part, twiceMedian(values));
  }
  return medians;
}

/** Of several together: the mean of those that have a score. */
export function meanScore(scores: readonly Score[], none: string): Score {
  const values = valuesIn(scores);
  if (values.length === 0) return noScore(none, 0);
  const sum = values.reduce((total, value) => total + value, 0);
  return { value: divRound(sum, values.length), n: values.length, reason: null, parts: [] };
}

/** Of several accounts; where all are quiet, so are they together. */
export const healthTogether = (scores: readonly Score[]): Score =>
  meanScore(scores, scores.some(({ reason }) => reason !== 'quiet') ? 'few_parts' : 'quiet');

/** The largest of several. */
export function largestScore(scores: readonly Score[]): Score {
  const values = valuesIn(scores);
  if (values.length === 0) return noScore('few_parts', 0);
  const value = values.reduce((most, one) => Math.max(most, one));
  return { value, n: values.length, reason: null, parts: [] };
}

const valuesIn = (scores: readonly Score[]): number[] =>
  scores.flatMap(({ value }) => (value === null ? [] : [value]));
