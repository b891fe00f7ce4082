/** Targets and owners that hold for one value alone: `{email: <=8 GBP, chat: <=10 GBP}` (metrics.md 6). */
import type { NamedMetric } from '../metrics/sheet.ts';
import { answers, raciOf } from './compile-owner.ts';
import { parseTarget } from './compile-target.ts';
import type { DocumentPath, Problems } from './problems.ts';
import { type Raci, ROLES, type Segment } from './tree.ts';
import { crossNamed, segmentNamed, type Told } from './vocabulary.ts';

const SEGMENTS_MAX = 500;

export interface SegmentContext {
  readonly problems: Problems;
  readonly metric: NamedMetric;
  readonly currency: string | null;
  /** What the node is told by, as its file says. */
  readonly by: readonly string[];
  readonly crosses: readonly string[];
  /** By dimension, what the workspace has declared of it. */
  readonly words: Told['words'];
  /** The node's own owners: an owner of a value replaces those of the roles it names. */
  readonly raci: Raci;
}

type Mutable = { -readonly [Key in keyof Segment]: Segment[Key] };

/** A map of roles is the node's own; every other key of it is a value. */
const isRole = (key: string): boolean => (ROLES as readonly string[]).includes(key);
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** In the order of the file, targets first. */
export function compileSegments(
  map: Readonly<Record<string, unknown>>,
  path: DocumentPath,
  context: SegmentContext,
): readonly Segment[] {
  const found = new Map<string, Mutable>();
  eachValue(map['target'], [...path, 'target'], context, found, readTarget);
  eachValue(map['owner'], [...path, 'owner'], context, found, readOwner);
  if (found.size > SEGMENTS_MAX) context.problems.add(path, `at most ${SEGMENTS_MAX} values`);
  return [...found.values()];
}

type Read = (segment: Mutable, value: unknown, path: DocumentPath, c: SegmentContext) => void;

function eachValue(
  value: unknown,
  path: DocumentPath,
  context: SegmentContext,
  found: Map<string, Mutable>,
  read: Read,
): void {
  if (!isMap(value)) return;
  const { metric, by, crosses, words, problems } = context;
  const offered = [...metric.dims, ...(metric.dimsLater ?? [])];
  const told: Told = { by, crosses, offered, words };
  for (const [key, item] of Object.entries(value)) {
    if (read === readOwner && isRole(key.toUpperCase())) continue;
    const named = crossNamed(key, told) ?? segmentNamed(key, told);
    if ('problem' in named) {
      problems.add([...path, key], named.problem, true);
      continue;
    }
    const id = `${named.dimension}=${named.value}`;
    const segment = found.get(id) ?? { ...named };
    found.set(id, segment);
    read(segment, item, [...path, key], context);
  }
}

const readTarget: Read = (segment, value, path, { metric, currency, problems }) => {
  const parsed = parseTarget(value, metric, currency);
  if ('problem' in parsed) problems.add(path, parsed.problem);
  else if ('benchmark' in parsed) segment.benchmark = parsed.benchmark;
  else segment.target = parsed.target;
};

const readOwner: Read = (segment, value, path, { raci, problems }) => {
  const own = raciOf(value, path, problems);
  if (own === null) return;
  segment.raci = { ...raci, ...own };
  segment.owner = answers(segment.raci)!;
};
