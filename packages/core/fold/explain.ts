/**
 * Explains one published value out of the state that it was read from: every part of it, what was
 * left out, and that the parts add up to it (design 1, "explains itself").
 */
import type { Conversation } from '../conversation/model.ts';
import { NONE } from '../conversation/transition.ts';
import { partOf, touches } from '../cost/span.ts';
import { type MetricDefinition, metricDefinition } from '../metrics/catalogue.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { unexplained } from '../metrics/explained.ts';
import type { ExplainedCost, Explanation, PartCounts, Question } from '../metrics/explanation.ts';
import type { Row } from '../metrics/money.ts';
import { lackOf } from '../metrics/read.ts';
import { type Cell, parseSeriesKey, rowsName, seriesKey } from '../metrics/value.ts';
import { findEvents, isOfAccounts } from './explain-events.ts';
import {
  costEntry,
  countedEntry,
  type Entry,
  openEntry,
  pageOf,
  refOf,
  waitingEntry,
} from './explain-parts.ts';
import type { FoundEvent } from './explain-rows.ts';
import { findCounted, findWaiting } from './explain-standing.ts';
import { NO_SUM, sameSum, sumOf } from './explain-sums.ts';
import { contextOf, readSeries, rowOf } from './publish.ts';
import type { WorkspaceFold } from './workspace.ts';

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
  const isAbsent = hasNoValue(workspace, metric, key) || cell.reasons.includes('privacy');
  const find = metric.of === undefined ? FINDERS[metric.form] : quotient;
  const found = isAbsent ? NOTHING : find(workspace, { metric, key, cell });
  const waiting = series.waiting && !isAbsent ? findWaiting(workspace, key) : [];
  const { value, num, den, n } = cell;
  const published = { value, num, den, n };
  const inBuckets = metric.form !== 'GAUGE' && workspace.windows.level(window).inBuckets;
  const total = isAbsent ? NO_SUM : sumOf(metric, { ...found, inBuckets });
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
    ...pageOf(entries, question.after, question.limit),
  };
}

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
  const { storyOf, view } = workspace.evidence;
  const told = found.map((one) => countedEntry(one, asked.metric, storyOf));
  const events = found.flatMap((one) => one.events);
  return {
    ...NOTHING,
    entries: [...told, ...late.map((one) => openEntry(one, view))],
    counts: countsOf([
      ...found.map(({ conversation }) => conversation),
      ...late.map(({ id }) => view(id)),
    ]),
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

function countsOf(conversations: readonly Conversation[]): FoundParts['counts'] {
  const refs = conversations.map(refOf);
  const distinct = (ids: readonly (string | null)[]): number =>
    new Set(ids.filter((id) => id !== null)).size;
  return {
    conversations: refs.length,
    contacts: distinct(refs.map(({ contact }) => contact)),
    accounts: distinct(refs.map(({ account }) => account)),
  };
}
