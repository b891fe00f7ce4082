/** The six tiles of the floor (wallboard.md 4): what a room can act on. */
import type { Alert } from '@sapwood/core/alert';
import type { Censored, Series, WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { Target } from '@sapwood/core/tree';
import type { HonestValue, SourceState } from '@sapwood/protocol/honest';
import type { WireNode } from '@sapwood/protocol/tree';
import { type Card, cardOf, statusOfAlerts } from './card.ts';
import { clockText, durationParts, plain, valueParts } from './format.ts';
import { dimensionName, type Names } from './names.ts';
import { usualWords, WINDOW_NAMES } from './windows.ts';

const REPLY = 'first-response-time';
/** Every reply that is owed, the first ones among them. */
const OWED = 'message-response-time';
/** What is open and does not rest, what of it nobody has, and what no team has. */
const OPEN = 'team-workload';
const NOBODYS = 'team-workload{assignee=__none__}';
const NO_TEAMS = 'team-workload{team=__none__}';
/** Who has waited longest, the five of them. */
const LONGEST = 'longest-waiting';

/** Targets that run out within a quarter of an hour, all that run, and what is over. */
const DUE = 'sla-due-15m';
const RUNNING = 'sla-running';
const BREACHED = 'sla-breached-open';

const IDS = [
  'waiting',
  'oldest',
  'due-next',
  'in-target',
  'unassigned',
  'first-reply',
  'volume',
  'handoffs',
] as const;

export interface TileSpec {
  readonly id: (typeof IDS)[number];
  readonly metric: string;
  readonly label: string;
  /** Whose target and alerts stand on the tile too, where the metric has no node of its own. */
  readonly ruled?: string;
  /** Left out: the shortest with enough in it. */
  readonly window?: WindowCode;
  /** Metrics that are told below the number. */
  readonly beside?: readonly string[];
}

const OWED_NOW: TileSpec = { id: 'waiting', metric: OWED, label: 'Owed now', ruled: REPLY };
const OLDEST: TileSpec = {
  ...{ id: 'oldest', metric: OWED, label: 'Oldest', ruled: REPLY, beside: [LONGEST] },
};
const VOLUME: TileSpec = { id: 'volume', metric: 'conversation-volume', label: 'Volume' };
const HANDOFFS: TileSpec = {
  id: 'handoffs',
  metric: 'conversation-handoff-rate',
  label: 'Handoffs',
};
const DUE_NEXT: TileSpec = {
  ...{ id: 'due-next', metric: DUE, label: 'Due next', beside: [RUNNING, BREACHED] },
};
const inTarget = (metric: string): TileSpec => ({
  ...{ id: 'in-target', metric, label: 'In target', window: 'bday' },
});

/** Of first replies; of all that is promised where those are not. */
const KEPT = ['sla-first', 'sla-compliance'] as const;

/** Where nothing is promised. */
const UNASSIGNED: TileSpec = {
  ...{ id: 'unassigned', metric: NOBODYS, label: 'Unassigned', beside: [OPEN, NO_TEAMS] },
};
const FIRST_REPLY: TileSpec = { id: 'first-reply', metric: REPLY, label: 'First reply' };

/** The six tiles: what is promised stands on two of them, where anything is. */
export function tilesOf(seriesOf: (key: string) => Series | undefined): readonly TileSpec[] {
  const kept = isPromised(seriesOf(DUE)) && KEPT.find((id) => isPromised(seriesOf(id)));
  const two = kept ? [DUE_NEXT, inTarget(kept)] : [UNASSIGNED, FIRST_REPLY];
  return [OWED_NOW, OLDEST, ...two, VOLUME, HANDOFFS];
}

/** Without a policy such a metric is unknown, and says so. */
const isPromised = (series: Series | undefined): boolean =>
  series !== undefined && !series.cells.some(({ reasons }) => reasons.includes('no_policy'));

export interface Tile {
  readonly spec: TileSpec;
  readonly card: Card;
  /** "now", or the window the number covers. */
  readonly window: string;
  /** Below the number, best first: as many as fit. */
  readonly notes: readonly string[];
}

export interface TileInput {
  readonly spec: TileSpec;
  readonly series: Series | undefined;
  /** Children of the metric, one per channel, and one per team. */
  readonly byChannel: readonly Series[];
  readonly byTeam: readonly Series[];
  readonly node: WireNode | undefined;
  /** What the tile tells of other metrics, by id. */
  readonly beside: ReadonlyMap<string, Series>;
  readonly window: WindowCode;
  readonly source: SourceState;
  readonly alerts: readonly Alert[];
  readonly names: Names;
  readonly currency: string;
  readonly ageMs: number | null;
  /** Server time by which waits tick. */
  readonly ticking: number;
}

/** Of a tile of who waits it is that; of any other its value. */
const watchedOn = ({ id }: TileSpec): Alert['on'] =>
  id === 'waiting' || id === 'oldest' ? id : 'value';

/** Whether an alert shows on a tile. */
export function standsOn(spec: TileSpec, { on, series }: Alert): boolean {
  const id = parseSeriesKey(series)?.id;
  const isIts = id === spec.metric || id === spec.ruled || series === spec.metric;
  return isIts && on === watchedOn(spec);
}

const alertsOn = ({ spec, alerts }: TileInput): Alert[] =>
  alerts.filter((alert) => standsOn(spec, alert));

/** By a channel, or a team. */
const rowName = (names: Names, { key }: Series): string =>
  Object.entries(parseSeriesKey(key)?.dims ?? {})
    .map(([dimension, value]) => dimensionName(names, dimension, value))
    .join();

/** A gauge has no window and no change; its state is that of the sources. */
function gaugeCard(input: TileInput, base: Card, value: Card['value'], alerts: Alert[]): Card {
  const known = base.state !== 'unknown' && value.length > 0;
  const status = statusOfAlerts(alerts);
  const state = base.state === 'stale' || base.state === 'catching_up' ? base.state : 'live';
  return {
    ...base,
    state: known ? state : base.state === 'unknown' ? 'unknown' : state,
    status,
    value: known ? value : [],
    mark: '',
    muted: state !== 'live',
    target: input.spec.id === 'oldest' ? base.target : null,
  };
}

function waitingTile(input: TileInput, base: Card): Tile {
  const count = base.honest?.waiting ?? null;
  const busiest = [...input.byChannel]
    .filter((one) => (one.waiting?.count ?? 0) > 0)
    .sort((a, b) => b.waiting!.count - a.waiting!.count)
    .map((one) => `${rowName(input.names, one)} ${one.waiting!.count}`);
  const value = count === null ? [] : valueParts(count, 'count', input.currency);
  const card = gaugeCard(input, base, value, alertsOn(input));
  const notes = busiest.length > 0 ? busiest : [count === 0 ? 'nobody waits' : 'for a reply'];
  return { spec: input.spec, card, window: 'now', notes };
}

function oldestTile(input: TileInput, base: Card): Tile {
  const since = base.honest?.since ?? null;
  const none = base.state !== 'unknown' && since === null;
  const value = since === null ? [] : durationParts(input.ticking - since);
  const where = [input.byTeam, input.byChannel].flatMap(
    (rows) => rows.find((one) => since !== null && one.waiting?.oldestSince === since) ?? [],
  );
  const alerts = alertsOn(input);
  const card = gaugeCard(input, base, value, alerts);
  const late = since !== null && isLate(input.ticking - since, base.honest?.target ?? null);
  const status =
    card.status === 'normal' && late && card.state === 'live' ? 'warning' : card.status;
  const known = [...where.map((row) => rowName(input.names, row)), ...nextOldest(input)];
  const notes = none ? ['nobody waits'] : known;
  return { spec: input.spec, card: { ...card, status }, window: 'wait', notes };
}

/** Whether it is one or many: those after the oldest, of the five that are told. */
function nextOldest({ beside, ticking }: TileInput): string[] {
  const next = beside.get(LONGEST)?.top?.slice(1) ?? [];
  const ages = next.map(({ since }) => plain(durationParts(ticking - since)));
  return ages.length === 0 ? [] : [`then ${ages.join(', ')}`];
}

function dueTile(input: TileInput, base: Card): Tile {
  const card = gaugeCard(input, base, base.value, alertsOn(input));
  const breached = besideNow(input, BREACHED);
  const first = input.beside.get(RUNNING)?.firstDueAt ?? null;
  const none = base.honest?.value === 0 ? ['nothing is due'] : [];
  const known = first === null ? none : [dueText(first, card, input)];
  const notes = [...known, ...(breached > 0 ? [`${breached} overdue`] : [])];
  return { spec: input.spec, card, window: WINDOW_NAMES['15m'], notes };
}

/** Ticks down; where nobody knows what became of it since, its instant stands still. */
function dueText(at: number, { state }: Card, { ticking }: TileInput): string {
  if (state !== 'live') return `first at ${clockText(at, false)}`;
  return at <= ticking ? 'first is due now' : `first in ${plain(durationParts(at - ticking))}`;
}

function unassignedTile(input: TileInput, base: Card): Tile {
  const card = gaugeCard(input, base, base.value, alertsOn(input));
  const [open, teamless] = [OPEN, NO_TEAMS].map((id) => besideNow(input, id)) as [number, number];
  const none = open === 0 ? 'nothing is open' : 'all have an owner';
  const known = [`of ${open} open`, ...(teamless > 0 ? [`${teamless} without a team`] : [])];
  const notes = base.honest?.value === 0 ? [none] : known;
  return { spec: input.spec, card, window: 'now', notes };
}

const besideNow = ({ beside }: TileInput, id: string): number =>
  beside.get(id)?.cells[0]?.value ?? 0;

/** A wait runs on the wall: a target in open hours, or one that is no upper bound, does not judge it. */
function isLate(waitMs: number, target: Target | null): boolean {
  if (target === null || target.clock === 'business' || target.op.startsWith('>')) return false;
  return waitMs > target.value;
}

function windowTile(input: TileInput, base: Card): Tile {
  const { honest } = base;
  const notes = honest && base.state !== 'unknown' ? windowNotes(honest, input.currency) : [];
  return { spec: input.spec, card: base, window: WINDOW_NAMES[input.window], notes };
}

function windowNotes(honest: HonestValue, currency: string): string[] {
  const { unit, n, num, den, p90, vsHow, vsPrev, censored, window, lowN } = honest;
  const than = vsHow ?? vsPrev;
  const amount = than === null ? '' : plain(valueParts(than, unit, currency));
  return [
    ...(censored?.p50 != null ? [withWaits(censored)] : []),
    ...(unit === 'ppm' && num !== null && den ? [`${num} of ${den}`] : []),
    ...(amount ? [`${vsHow === null ? 'before' : usualWords(window.code)} ${amount}`] : []),
    // A small sample stands in the delta's place already.
    ...(unit === 'ms' && n > 0 && !lowN ? [`n ${n}`] : []),
    ...(p90 !== null && n > 0 ? [`p90 ${plain(durationParts(p90))}`] : []),
  ];
}

/** The median with those who still wait: "with waits 20m+" where it is at least so long. */
const withWaits = ({ p50, p50AtLeast }: Censored): string =>
  `with waits ${plain(durationParts(p50!))}${p50AtLeast ? '+' : ''}`;

/** Beside "no data" stands since when, and nothing that was true before. */
function blankNotes(tile: Tile, input: TileInput): Tile {
  if (tile.card.state !== 'unknown') return tile;
  const since = input.source.watermark;
  const notes = since === null ? [] : [`since ${clockText(since, false)}`];
  return { ...tile, notes, card: { ...tile.card, aside: '', target: null } };
}

export function tileOf(input: TileInput): Tile {
  return blankNotes(tileWith(input), input);
}

function tileWith(input: TileInput): Tile {
  const base = cardOf({
    key: input.spec.metric,
    series: input.series,
    node: input.node,
    window: input.window,
    source: input.source,
    alerts: alertsOn(input),
    currency: input.currency,
    ageMs: input.ageMs,
  });
  if (input.spec.id === 'waiting') return waitingTile(input, base);
  if (input.spec.id === 'due-next') return dueTile(input, base);
  if (input.spec.id === 'unassigned') return unassignedTile(input, base);
  return input.spec.id === 'oldest' ? oldestTile(input, base) : windowTile(input, base);
}
