/**
 * Explains one published value out of the state that it was read from: every part of it, what was
 * left out, and that the parts add up to it (design 1, "explains itself").
 */
import { NONE } from '../conversation/transition.ts';
import { partOf, touches } from '../cost/span.ts';
import { type MetricDefinition, metricDefinition } from '../metrics/catalogue.ts';
import type { CompositeMetric } from '../metrics/composites.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { unexplained } from '../metrics/explained.ts';
import type {
  ExplainedCost,
  Explanation,
  PartCounts,
  Question,
  Sum,
} from '../metrics/explanation.ts';
import { lackOf } from '../metrics/lacks.ts';
import type { Row } from '../metrics/money.ts';
import { type Cell, parseSeriesKey, rowsName, seriesKey } from '../metrics/value.ts';
import type { Counted } from '../panes/gauge-index.ts';
import { findEvents, isOfAccounts } from './explain-events.ts';
import {
  costEntry,
  countedEntry,
  type Entry,
  openEntry,
  pageOf,
  refOf,
  scoreEntry,
  waitingEntry,
} from './explain-parts.ts';
import type { Found, FoundEvent } from './explain-rows.ts';
import { findScores } from './explain-scores.ts';
import { findCounted, findWaiting } from './explain-standing.ts';
import { NO_SUM, sameSum, sumOf } from './explain-sums.ts';
import { contextOf, readSeries, rowOf } from './publish.ts';
import type { Evidence, WorkspaceFold } from './workspace.ts';

/** What was found of a value. */
interface FoundParts {
  readonly entries: readonly Entry[];
  readonly counts: Omit<PartCounts, 'events' | 'waiting' | 'costs'>;
  /** Of each event, what it adds. */
  readonly events: readonly number[];
  /** The same, account by account, where the value is that of the one in the middle; else null. */
  readonly accounts: readonly (readonly number[])[] | null;
  /** Of each of what they are divided by, where that is counted apart. */
  readonly divisor: readonly number[];
  readonly costs: readonly ExplainedCost[];
  readonly excluded: ReadonlyMap<string, number>;
  /** What they come to, where that is no sum of events; else null. */
  readonly sum: Sum | null;
  readonly notes: readonly string[];
}

interface Asked {
  readonly metric: MetricDefinition;
  readonly key: string;
  readonly cell: Cell;
}

/** null: there is no such series, it has no such cell or parts that add up to it, or its window reaches behind what is remembered. */
export function explain(workspace: WorkspaceFold, question: Question): Explanation | null {
  const { key, window, clock } = question;
  const metric = workspace.metricOf(key);
  if (!metric || (key !== metric.id && !workspace.rows.has(key))) return null;
  const series = readSeries(workspace, key, 0)!.series!;
  const cell = series.cells.find((one) => one.window === window && one.clock === clock);
  if (!cell || unexplained(question) !== null) return null;
  const isAbsent = hasNoValue(workspace, metric, key) || cell.reasons.some(isOfWindow);
  const found = isAbsent ? NOTHING : finderOf(metric)(workspace, { metric, key, cell });
  const waiting = series.waiting && !isAbsent ? findWaiting(workspace, key) : [];
  const { value, num, den, n } = cell;
  const published = { value, num, den, n };
  const inBuckets = metric.form !== 'GAUGE' && workspace.windows.level(window).inBuckets;
  const total = isAbsent ? NO_SUM : (found.sum ?? sumOf(metric, { ...found, inBuckets }));
  const { view } = workspace.evidence;
  const entries = [...found.entries, ...waiting.map((one) => waitingEntry(one, view))];
  return {
    workspace: workspace.id,
    key,
    definition: series.definition,
    form: series.form,
    unit: series.unit,
    window: { code: cell.window, from: cell.from, to: cell.to },
    clock: cell.clock,
    asOf: workspace.T,
    state: cell.state,
    reasons: cell.reasons,
    published,
    total,
    sums: sameSum(published, total),
    counts: {
      ...found.counts,
      events: found.events.length,
      waiting: waiting.length,
      costs: found.costs.length,
    },
    categories: categoriesOf(found.costs),
    excluded: Object.fromEntries(found.excluded),
    notes: found.notes,
    ...pageOf(entries, question.after, question.limit),
  };
}

/** There is none in this window, and may be in others. */
const isOfWindow = (reason: string): boolean => reason === 'privacy' || reason === 'not_new';

const hasNoValue = (workspace: WorkspaceFold, metric: MetricDefinition, key: string): boolean =>
  lackOf(metric, contextOf(workspace, key)) !== null || workspace.shown.reasonOf(key) !== null;

const NOTHING: FoundParts = {
  entries: [],
  counts: { conversations: 0, contacts: 0, accounts: 0 },
  events: [],
  accounts: null,
  divisor: [],
  costs: [],
  excluded: new Map(),
  sum: null,
  notes: [],
};

type Finder = (workspace: WorkspaceFold, asked: Asked) => FoundParts;

/** Whatever is dated later than log time is in the newest pane, and so in the window. */
const events: Finder = (workspace, { metric, key, cell: { from, clock } }) => {
  const asked = { metric, row: key, from, until: Number.POSITIVE_INFINITY, clock };
  return eventsOf(workspace, asked, metric.amongLate ? findCounted(workspace, key) : []);
};

/** `late`: those now are none of what is in time, whatever the window. */
function eventsOf(
  workspace: WorkspaceFold,
  asked: Parameters<typeof findEvents>[1],
  late: ReturnType<typeof findCounted> = [],
): FoundParts {
  const { found, excluded } = findEvents(workspace, asked);
  const { evidence } = workspace;
  const told = found.map((one) => countedEntry(one, asked.metric, evidence));
  const events = found.flatMap((one) => one.events);
  return {
    ...NOTHING,
    entries: [...told, ...late.map((one) => openEntry(one, evidence.view))],
    counts: countsOf(found, late, workspace),
    events: [...events.map(amountOf), ...late.map(() => 0)],
    accounts: isOfAccounts(asked) ? byRow(events) : null,
    excluded,
  };
}

const amountOf = ({ amount }: FoundEvent): number => amount;
const byRow = (events: readonly FoundEvent[]): number[][] =>
  [...Map.groupBy(events, ({ row }) => row).values()].map((own) => own.map(amountOf));

const FINDERS: Readonly<Record<MetricDefinition['form'], Finder>> = {
  COUNT: events,
  DUR: events,
  RATIO: events,
  COHORT: events,
  DIST: events,
  GAUGE: (workspace, { key }) => {
    const open = findCounted(workspace, key);
    const accounts = new Set(open.map(({ account }) => account));
    accounts.delete(NONE);
    return {
      ...NOTHING,
      entries: open.map((one) => openEntry(one, workspace.evidence.view)),
      counts: { conversations: open.length, contacts: null, accounts: accounts.size },
      // A conversation counts for each of its clocks.
      events: open.flatMap(({ times }) => Array.from({ length: times }, () => 1)),
    };
  },
  MONEY: (workspace, { metric: { per }, key, cell }) => {
    const costs = costsOf(workspace, cell, rowOf(workspace, key));
    const divisor = per ? countedTo(workspace, per, key, cell) : NOTHING;
    return { ...divisor, entries: [...costs.map(costEntry), ...divisor.entries], costs };
  },
};

function finderOf({ of, composite, form }: MetricDefinition): Finder {
  if (composite) return scores;
  return of === undefined ? FINDERS[form] : quotient;
}

const scores: Finder = (workspace, { metric, key, cell }) => {
  const asked = { metric: metric as CompositeMetric, key, cell };
  const { scores: found, total, excluded, notes } = findScores(workspace, asked);
  const counts = { ...NOTHING.counts, contacts: null };
  return { ...NOTHING, entries: found.map(scoreEntry), counts, excluded, sum: total, notes };
};

/** What is divided is told part by part, what it is divided by as a number. */
const quotient: Finder = (workspace, { metric: { of, per }, key, cell }) => ({
  ...countedTo(workspace, of!, key, cell),
  divisor: countedTo(workspace, per!, key, cell).events,
});

/** What another metric counted in the same row and span: what money is told per. */
function countedTo(
  workspace: WorkspaceFold,
  id: string,
  key: string,
  { from, to }: Cell,
): FoundParts {
  const metric = metricDefinition(id)!;
  const own = rowOf(workspace, key);
  const row = own?.value === OTHER ? besides(id, own) : seriesKey(id, parseSeriesKey(key)!.dims);
  return eventsOf(workspace, { metric, row, from, until: to, clock: 'wall' });
}

/** Rows of another metric by what has no row of money: which are shown of each is its own matter. */
function besides(id: string, { dimension, shown }: Row): (told: string) => boolean {
  const rows = new Set([...shown()].map((value) => seriesKey(id, { [dimension]: value })));
  return (told) => rowsName(told) === `${id}{${dimension}` && !rows.has(told);
}

/** What of each cost lies in the span, or of that falls to a row (metrics.md 5.2, 5.4). */
function costsOf(workspace: WorkspaceFold, cell: Cell, row: Row | null): ExplainedCost[] {
  const { costs, costTerms, money } = workspace;
  const span = { from: cell.from, to: cell.to };
  const { now } = money.in(cell.window);
  return [...costs.values()]
    .filter((entry) => touches(entry, span))
    .map((entry) => {
      const { costId, revision, stage, category, amountMicro, currency, from, to, accrual } = entry;
      const told = { costId, revision, stage, category, amountMicro, currency, from, to, accrual };
      const part = partOf(entry, span, costTerms);
      return { ...told, micro: row && part !== null ? now.ofEntry(entry, row) : part };
    });
}

function categoriesOf(costs: readonly ExplainedCost[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { category, micro } of costs) {
    if (micro !== null) sums[category] = (sums[category] ?? 0) + micro;
  }
  return sums;
}

/** Who asked, as far as is known, and the accounts in whose rows they count. */
function countsOf(
  found: readonly Found[],
  late: readonly Counted[],
  { evidence }: WorkspaceFold,
): FoundParts['counts'] {
  const told = [...found.map(({ conversation }) => conversation), ...late.map(toldOf(evidence))];
  const contacts = new Set(
    told.map(({ id, asked }) => asked?.contact ?? refOf(evidence.view(id)).contact),
  );
  contacts.delete(null);
  const accounts = new Set(late.map(({ account }) => account));
  for (const { events } of found) {
    for (const { transition } of events) accounts.add(transition.dims.account);
  }
  accounts.delete(NONE);
  return { conversations: told.length, contacts: contacts.size, accounts: accounts.size };
}

const toldOf =
  ({ told }: Evidence) =>
  ({ id }: Counted) =>
    told(id, NO_KINDS);
const NO_KINDS: ReadonlySet<never> = new Set();
