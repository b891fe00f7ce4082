/**
 * Shares over conversations that began, or closes that fell, in a window, and what became of them
 * since (metrics.md 0, COHORT; 3.1, 3.2).
 */

import { divRound } from '@sapwood/core/num';
import { DAY_MS, isWithin } from './case.ts';
import { cell, type Entry, type Measured, type OracleCell, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, type Place, placesOf } from './places.ts';
import type { Repeats } from './repeats.ts';
import type { Transition } from './transition.ts';
import { isTold, type Span, type Window } from './windows.ts';

/** What is known of a workspace's conversations beside what befell each. */
export interface Ends {
  readonly resolved: ReadonlyMap<string, Transition>;
  /** Spam, deleted or a group, or part of another: none of these began. */
  readonly removed: ReadonlySet<string>;
  readonly repeats: Repeats;
}

interface Cohort {
  readonly anchor: 'opened' | 'closed' | 'handled' | 'ai_handed_off';
  /** null: it is no anchor of these. */
  readonly isIn: (anchor: Entry, ends: Ends) => boolean | null;
  /** X in days, where it is the same for all; left out: as the anchor has it, at most 7. */
  readonly days?: number;
  readonly needsMessages: boolean;
  /** What may still turn out otherwise is told apart. */
  readonly isBand?: true;
}

const isFirst = ({ first }: Entry): boolean => first !== null && first !== undefined;
/** Of first closes: closed once, and as it is wanted beside. */
const once =
  (isWanted: (close: Entry, ends: Ends) => boolean): Cohort['isIn'] =>
  (close, ends) =>
    isFirst(close) ? !close.fate!.isReturned && isWanted(close, ends) : null;

const COHORTS: Readonly<Record<string, Cohort>> = {
  'resolution-rate': {
    anchor: 'opened',
    isIn: (opened, { resolved, removed }) => {
      if (removed.has(opened.conversation)) return null;
      const end = resolved.get(opened.conversation);
      return end !== undefined && isWithin(opened, end, 7 * DAY_MS);
    },
    days: 7,
    needsMessages: false,
  },
  'escalation-rate-all': {
    anchor: 'opened',
    isIn: ({ conversation, isEscalated }, { removed }) =>
      removed.has(conversation) ? null : isEscalated === true,
    days: 28,
    needsMessages: false,
  },
  'reopen-rate': {
    anchor: 'closed',
    isIn: ({ isMerge, fate }) => (isMerge ? null : fate!.isReturned),
    needsMessages: true,
  },
  'reopen-rate-any': {
    anchor: 'closed',
    isIn: ({ isMerge, fate }) => (isMerge ? null : fate!.isReopened),
    needsMessages: false,
  },
  'fcr-no-return': {
    anchor: 'closed',
    isIn: once((close, { repeats }) => !repeats.after({ ...close, openMs: close.openMs! })),
    needsMessages: true,
  },
  'fcr-one-owner': {
    anchor: 'closed',
    isIn: once(({ fate }) => fate!.writers === 1),
    needsMessages: true,
  },
  'fcr-one-touch': {
    anchor: 'closed',
    isIn: once(({ fate }) => fate!.touches === 1),
    needsMessages: true,
  },
  'resolution-rate-no-human': {
    anchor: 'handled',
    isIn: ({ byAi }) => byAi != null,
    needsMessages: true,
    isBand: true,
  },
  'escalation-bounce': {
    anchor: 'ai_handed_off',
    isIn: ({ isBounced }) => isBounced === true,
    days: 1,
    needsMessages: true,
  },
};

/** An anchor, whether it counts, and until when one cannot be sure. */
interface Anchor extends Entry {
  readonly isIn: boolean;
  readonly openUntil: number;
}

export function cohortSeries(
  recent: readonly Entry[],
  ends: Ends,
  T: number,
  windows: readonly Window[],
  { hasMessages, by }: Pick<Known, 'hasMessages' | 'by'>,
): OracleSeries[] {
  return Object.entries(COHORTS).flatMap(([metric, cohort]) => {
    const isKnown = hasMessages || !cohort.needsMessages;
    const anchors = isKnown ? anchorsOf(recent, cohort, ends) : [];
    const told = windows.filter((window) => isTold(metric, window));
    const cellsOf = told.map((window) => cellsIn(anchors, cohort, T, window));
    return placesOf(anchors, by)
      .filter((place) => hasRow(metric, place, by))
      .map((place): OracleSeries => {
        const cells = cellsOf.map((inRow) => inRow(place));
        return { key: keyOf(metric, place), waiting: null, cells };
      });
  });
}

const anchorsOf = (recent: readonly Entry[], cohort: Cohort, ends: Ends): Anchor[] =>
  recent
    .filter(({ kind }) => kind === cohort.anchor)
    .flatMap((entry) => {
      const isIn = cohort.isIn(entry, ends);
      const openMs = cohort.days === undefined ? entry.openMs! : cohort.days * DAY_MS;
      return isIn === null ? [] : [{ ...entry, isIn, openUntil: entry.at + openMs }];
    });

function cellsIn(anchors: readonly Anchor[], cohort: Cohort, T: number, window: Window) {
  const { days = 7, isBand } = cohort;
  const settledSpan = window.shifted(days);
  const rowIn = (span: Span): ((place: Place) => readonly Anchor[]) =>
    byRow(within(anchors, span, T));
  const [now, before, settled] = [window.now, window.before, settledSpan].map(rowIn);
  return (place: Place): OracleCell => {
    const there = now!(place);
    const open = there.filter(({ openUntil }) => openUntil > T).length;
    const share = counted(there);
    const { value, num, den, n } = counted(settled!(place));
    return {
      ...cell(T, window, share, counted(before!(place))),
      provisionalPpm: there.length === 0 ? 0 : divRound(open * 1_000_000, there.length),
      settled: { from: settledSpan.from, value, num: num!, den: den!, n, isYoung: false },
      ...(isBand ? { band: bandOf(there) } : {}),
    };
  };
}

const counted = (anchors: readonly Anchor[]): Measured =>
  shareOf(anchors.filter(({ isIn }) => isIn).length, anchors.length);

/** Without what is still pending, and with it. */
function bandOf(anchors: readonly Anchor[]): Required<OracleCell>['band'] {
  const sure = anchors.filter(({ byAi }) => byAi === 'settled').length;
  const [low, high] = [shareOf(sure, anchors.length), counted(anchors)];
  return { low: low.value, high: high.value };
}
