/**
 * The named fail-points of F5: around every await that matters on the way from a request to a screen.
 * `preload/failpoints.ts` makes them; this is the list that must be hit.
 */
export interface FailPoint {
  readonly name: string;
  /** The process is killed at one of the first so many hits. */
  readonly hitsMax: number;
}

const each = (hitsMax: number, ...names: readonly string[]): FailPoint[] =>
  names.map((name) => ({ name, hitsMax }));

/** In an order in which all can be reached: what happens on a fresh store, or seldom, comes first. */
export const POINTS: readonly FailPoint[] = [
  ...each(1, 'schema.before', 'schema.after'),
  ...each(1, 'bootstrap.inside', 'commit.before bootstrap', 'commit.after bootstrap'),
  ...each(1, 'insert alerts.v1', 'commit.before alerts.v1', 'commit.after alerts.v1'),
  ...each(1, 'claim.inside', 'commit.before claim', 'commit.after claim'),
  ...each(40, 'begin.after', 'request hook', 'insert raw.pylon.v1', 'commit.before raw.pylon.v1'),
  ...each(40, 'commit.after raw.pylon.v1', 'answer.before hook', 'answer.after hook'),
  ...each(2, 'insert raw.cost.v1', 'commit.before raw.cost.v1', 'commit.after raw.cost.v1'),
  ...each(2, 'answer.before cost', 'answer.after cost'),
  ...each(40, 'insert facts.v1', 'commit.before facts.v1', 'commit.after facts.v1'),
  ...each(2, 'insert dlq.raw.v1', 'commit.before dlq.raw.v1', 'commit.after dlq.raw.v1'),
  ...each(2, 'record.inside', 'commit.before record', 'commit.after record'),
  ...each(100, 'state.put', 'state.delete'),
  ...each(40, 'scope.move.before facts', 'scope.move.after facts', 'insert events.v1'),
  ...each(40, 'commit.before fold facts', 'commit.after fold facts'),
  ...each(1, 'insert samples.v1', 'scope.move.before samples', 'scope.move.after samples'),
  ...each(1, 'commit.before fold samples', 'commit.after fold samples'),
  ...each(40, 'insert metrics.v1'),
  ...each(4, 'commit.before metrics.v1', 'commit.after metrics.v1'),
  ...each(4, 'socket.before', 'socket.after'),
];

/** The ones that need a REST API to be read. */
export const REST_POINTS: readonly FailPoint[] = [
  ...each(3, 'insert labels.v1', 'commit.before labels.v1', 'commit.after labels.v1'),
  ...each(6, 'fetch.before', 'fetch.answered', 'fetch.read'),
];

/** Environment of the preload. */
export const POINT_ENV = { point: 'CHAOS_POINT', hit: 'CHAOS_HIT', log: 'CHAOS_LOG' } as const;
