/** Where a conversation counts in the gauges of now (metrics.md 3.2, `backlog`, `sla-compliance`). */
import type { Conversation } from '../conversation/model.ts';
import { CATALOGUE, type MetricDefinition } from '../metrics/catalogue.ts';
import type { Standing as WhereItStands } from '../metrics/dimensions.ts';
import type { RowsOf } from '../metrics/rows.ts';
import { ageBandOf, bandEndsAt } from '../panes/age-bands.ts';
import type { Standing } from '../panes/gauge-index.ts';

type Gauge = NonNullable<MetricDefinition['gauge']>;
type Counted = Pick<Conversation, 'open' | 'sla' | 'waiting' | 'handledBy'>;
type Clock = NonNullable<Conversation['sla']>['clocks'][number];

/** `placesOf`: in which rows that are kept a row counts. */
export interface RowPlaces {
  readonly rowsOf: RowsOf;
  readonly placesOf: (row: string) => readonly string[];
}

/** null: in none. */
export function standingOf(conversation: Counted, places: RowPlaces): Standing | null {
  const { open, sla } = conversation;
  if (!open && !sla) return null;
  const dues = (sla?.clocks ?? []).flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt]));
  const moves = dues.flatMap((due) => [due, ...SOON_MS.map((ms) => due - ms)]);
  const account = (open ?? sla!).dims.account;
  return {
    about: { since: open?.createdAt ?? 0, account, state: open?.state ?? 'unknown' },
    rowsAt: (T) => [
      ...openRows(conversation, T, places),
      ...(sla ? slaRows(conversation, sla, T, places) : []),
      ...lateRows(conversation, places),
    ],
    changesAfter: (T) =>
      Math.min(
        open ? bandEndsAt(open.createdAt, T) : Number.POSITIVE_INFINITY,
        ...moves.filter((at) => at > T),
      ),
  };
}

const metricsWith = (is: (gauge: Gauge) => boolean): readonly MetricDefinition[] =>
  CATALOGUE.filter(({ gauge }) => gauge !== undefined && is(gauge));

const OPEN = metricsWith((gauge) => gauge === 'open');
const HELD = metricsWith((gauge) => gauge === 'held');
const RUNNING = metricsWith((gauge) => gauge === 'sla_running');
const BREACHED = metricsWith((gauge) => gauge === 'sla_breached');
const SOON = CATALOGUE.flatMap((metric) => {
  const { gauge } = metric;
  const isSoon = typeof gauge === 'object' && 'slaDueWithinMs' in gauge;
  return isSoon ? [{ metric, ms: gauge.slaDueWithinMs }] : [];
});
const SOON_MS: readonly number[] = SOON.map(({ ms }) => ms);

function openRows({ open, handledBy }: Counted, T: number, places: RowPlaces): string[] {
  if (!open) return [];
  const { dims, state, isHeld, createdAt } = open;
  const age = ageBandOf(T - createdAt);
  return rowsIn(isHeld ? HELD : OPEN, { dims, handledBy, state, age }, places);
}

const AMONG_LATE = CATALOGUE.filter(({ amongLate }) => amongLate);

const lateRows = ({ waiting, handledBy }: Counted, places: RowPlaces): string[] =>
  waiting?.isLate ? rowsIn(AMONG_LATE, { dims: waiting.dims, handledBy }, places) : [];

/** Each clock counts for itself; a conversation that is open counts once as breached. */
function slaRows(
  { open, handledBy }: Counted,
  { clocks, dims }: NonNullable<Conversation['sla']>,
  T: number,
  places: RowPlaces,
): string[] {
  const rows = (metrics: readonly MetricDefinition[]): string[] =>
    rowsIn(metrics, { dims, handledBy }, places);
  const isBreached = open !== null && clocks.some((clock) => clock.isBreached);
  return [
    ...(isBreached ? rows(BREACHED) : []),
    ...clocks.flatMap((clock) => (clock.isBreached ? [] : rows([...RUNNING, ...soon(clock, T)]))),
  ];
}

const soon = ({ dueAt }: Clock, T: number): MetricDefinition[] =>
  SOON.flatMap(({ metric, ms }) =>
    dueAt !== null && T < dueAt && dueAt <= T + ms ? [metric] : [],
  );

/** Each row once, however many of its values lead to it. */
const rowsIn = (
  metrics: readonly MetricDefinition[],
  standing: WhereItStands,
  { rowsOf, placesOf }: RowPlaces,
): string[] => [
  ...new Set(metrics.flatMap((metric) => rowsOf(metric, standing)).flatMap(placesOf)),
];
