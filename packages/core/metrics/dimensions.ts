/** Which rows there are of a dimension, and how many of them are shown (metrics.md 4). */
import { type Dimensions, type HandledBy, NONE, tagsOf } from '../conversation/transition.ts';
import type { Dimension } from '../tree/dimensions.ts';

/** Everything that a metric has rows of with nothing declared, if it has them at all. */
export const ALWAYS: readonly Dimension[] = ['channel', 'team'];

/** Shown of a dimension at most; the others are `__other__`. */
export const SHOWN_MAX: Readonly<Record<Dimension, number>> = {
  account: 500,
  account_tier: 16,
  age: 5,
  assignee: 500,
  category: 100,
  channel: 24,
  field: 100,
  handled_by: 4,
  hour_of_week: 168,
  priority: 8,
  state: 8,
  tag: 200,
  tag_pair: 20,
  team: 100,
};

/** Shown of an agent and a topic together at most. */
export const PAIRS_MAX = 2_000;

/** Of these one may have several values: its rows do not add up (metrics.md 4). */
export const OVERLAPPING: ReadonlySet<string> = new Set<Dimension>(['tag', 'tag_pair']);

/** Values of a dimension that are told apart at all; a new one beyond them counts as `__other__`. */
export const VALUES_MAX = 20_000;

/** The values that are not shown each for itself: a real child. */
export const OTHER = '__other__';

/** Where a transition stands: its own values, and what is known now of who handled it all. */
export interface Standing {
  readonly dims: Dimensions;
  readonly handledBy: HandledBy;
  /** Of what is open: its state and how old it is. */
  readonly state?: string;
  readonly age?: string;
  /** The tracked field that is counted. */
  readonly field?: string;
}

const UNTAGGED: readonly string[] = [NONE];

/** One value; of tags each. */
export function valuesOf(standing: Standing, dimension: Dimension): readonly string[] {
  const { dims, handledBy, state = NONE, age = NONE, field = NONE } = standing;
  switch (dimension) {
    case 'handled_by':
      return [handledBy];
    case 'state':
      return [state];
    case 'age':
      return [age];
    case 'field':
      return [field];
    // No transition says so: it is told by the wall.
    case 'hour_of_week':
      return [];
    case 'tag':
      return dims.tags === '' ? UNTAGGED : tagsOf(dims.tags);
    case 'tag_pair':
      return pairsOf(tagsOf(dims.tags));
    default:
      return [dims[dimension]];
  }
}

/** Each two of them, the smaller one first, as they stand in order. */
const pairsOf = (tags: readonly string[]): string[] =>
  tags.flatMap((one, i) => tags.slice(i + 1).map((other) => `${one}+${other}`));
