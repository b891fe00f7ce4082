/** One node of the tree file, from what stands at it and at the edges that it comes from. */
import { isCross } from '../metrics/crosses.ts';
import type { NamedMetric } from '../metrics/sheet.ts';
import { compileCrosses } from './compile-crosses.ts';
import { parseIdentity } from './compile-identity.ts';
import type { EdgeTerms } from './compile-influence.ts';
import { compileLenses, lensNodes } from './compile-lenses.ts';
import { answers, raciOf, rolesIn } from './compile-owner.ts';
import { compileRules } from './compile-rules.ts';
import { compileSegments, type SegmentContext } from './compile-segments.ts';
import { parseTarget } from './compile-target.ts';
import { withoutNumber } from './compile-views.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { childrenOf } from './evaluate.ts';
import type { DocumentPath, Problems } from './problems.ts';
import {
  AUDIENCES,
  type Identity,
  type Lens,
  type Raci,
  type Segment,
  type TreeNode,
} from './tree.ts';

export const NODE_KEYS = [
  'label',
  'shortLabel',
  'identity',
  'lenses',
  'by',
  'target',
  'beside',
  'audience',
  'owner',
  'alerts',
] as const;
const LABEL_CHARS_MAX = 60;
const BESIDE_MAX = 12;

export interface NodeContext {
  readonly problems: Problems;
  readonly currency: string | null;
  /** By dimension, words that the workspace has declared of it. */
  readonly words: SegmentContext['words'];
  readonly defaultOwner: Raci;
  /** What every node repeats by, where its metric can. */
  readonly by: readonly string[];
  readonly isComputed: (id: string) => boolean;
  /** Who sees what is shown by a view, unless it says so itself. */
  readonly audience?: TreeNode['audience'];
}

export function compileNode(
  value: unknown,
  metric: NamedMetric,
  influences: readonly string[],
  edge: EdgeTerms,
  context: NodeContext,
): TreeNode {
  const { problems, currency, words } = context;
  const path: DocumentPath = ['nodes', metric.id];
  const written = problems.map(value ?? {}, path, NODE_KEYS) ?? {};
  const map = metric.viewOf ? withoutNumber(written, path, metric, edge, problems) : written;
  const label = (key: string): string | null => labelOf(map[key], [...path, key], problems);
  const by = dimensionsOf(map['by'], [...path, 'by'], metric, context);
  const crosses = compileCrosses(map['by'], [...path, 'by'], metric, problems);
  const raci = ownersOf(map['owner'], path, edge, context);
  const told = { problems, metric, currency, words, by, crosses, raci };
  const segments = compileSegments(map, path, told);
  const lenses = compileLenses(map['lenses'], [...path, 'lenses'], metric, problems);
  const rows = withRows(by, segments, lenses);
  const counted = rows.filter((one): one is Dimension => metric.dims.includes(one as Dimension));
  const uncounted = rows.filter((one) => !counted.includes(one as Dimension));
  const identity = identityOf(map['identity'], [...path, 'identity'], metric, problems);
  const beside = besideOf(map['beside'], [...path, 'beside'], problems);
  return {
    id: metric.id,
    label: label('label') ?? metric.label,
    shortLabel: label('shortLabel'),
    ...identity,
    ...(lenses.length === 0 ? {} : { lenses }),
    by: counted,
    ...(crosses.length === 0 ? {} : { crosses }),
    ...(uncounted.length === 0 ? {} : { uncounted }),
    ...(segments.length === 0 ? {} : { segments }),
    children: childrenOf(identity.identity),
    influences: [...new Set([...lensNodes(lenses), ...influences])],
    ...(beside.length === 0 ? {} : { beside }),
    ...(metric.viewOf
      ? { target: null }
      : targetOf(map['target'], [...path, 'target'], metric, edge, context)),
    audience: audienceOf(map['audience'], [...path, 'audience'], metric, context),
    owner: answers(raci) ?? '',
    raci,
    alerts: rulesOf(map['alerts'], [...path, 'alerts'], metric, context),
  };
}

/** Money is not for the floor (design D16), unless the file says so. */
function audienceOf(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  { problems, audience = 'floor' }: NodeContext,
): TreeNode['audience'] {
  if (value !== undefined) return problems.oneOf(value, path, AUDIENCES) ?? 'lead';
  return metric.form === 'MONEY' && audience === 'floor' ? 'lead' : audience;
}

function labelOf(value: unknown, path: DocumentPath, problems: Problems): string | null {
  if (value === undefined) return null;
  const text = problems.text(value, path);
  if (text !== null && text.length > LABEL_CHARS_MAX) {
    problems.add(path, `at most ${LABEL_CHARS_MAX} characters`);
  }
  return text;
}

function identityOf(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  problems: Problems,
): { readonly identity: Identity | null; readonly formula?: string } {
  const text = value === undefined ? null : problems.text(value, path);
  if (text === null) return { identity: null };
  const parsed = parseIdentity(text, metric);
  if ('identity' in parsed) return parsed;
  if ('formula' in parsed) return { identity: null, formula: parsed.formula };
  problems.add(path, parsed.problem);
  return { identity: null };
}

function offeredBy({ dims, dimsLater = [] }: NamedMetric): readonly string[] {
  return [...dims, ...dimsLater];
}

/** What it is told by: the tree's, where its metric can, and its own. */
function dimensionsOf(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  { problems, by }: NodeContext,
): readonly string[] {
  const offered = offeredBy(metric);
  const found = new Set(by.filter((one) => offered.includes(one)));
  const items = value === undefined ? [] : problems.list(value, path);
  items.forEach((item, i) => {
    if (Array.isArray(item)) return;
    if (offered.includes(item as string)) found.add(item as string);
    else if (DIMENSIONS.includes(item as Dimension)) {
      problems.add([...path, i], `"${metric.id}" is not counted by ${item}`);
    } else problems.oneOf(item, [...path, i], DIMENSIONS);
  });
  return [...found];
}

/**
 * A value with a target or an owner of its own is a row, and so is what a lens mixes, whether the file asks
 * for the dimension or not.
 */
const withRows = (
  by: readonly string[],
  segments: readonly Segment[],
  lenses: readonly Lens[],
): readonly string[] => [
  ...new Set([
    ...by,
    ...segments.flatMap(({ dimension }) => (isCross(dimension) ? [] : [dimension])),
    ...lenses.flatMap((lens) => ('by' in lens ? [lens.by] : [])),
  ]),
];

function targetOf(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  edge: EdgeTerms,
  { problems, currency }: NodeContext,
): Pick<TreeNode, 'target' | 'benchmark'> {
  const isOwn = value !== undefined && value !== null;
  if (isOwn && edge.target) {
    problems.add(edge.target.path, `"${metric.id}" has a target of its own: once is enough`);
  }
  const written = isOwn ? value : edge.target?.text;
  // A map is of single values: these are segments.
  const isMap = typeof written === 'object' && !Array.isArray(written);
  if (written === undefined || isMap) return { target: null };
  const parsed = parseTarget(written, metric, currency);
  if ('target' in parsed) return parsed;
  if ('benchmark' in parsed) return { target: null, benchmark: parsed.benchmark };
  problems.add(isOwn ? path : edge.target!.path, parsed.problem);
  return { target: null };
}

/** Role by role: the node's own, else the edge's responsible, else the tree's default. */
function ownersOf(
  value: unknown,
  path: DocumentPath,
  edge: EdgeTerms,
  { problems, defaultOwner }: NodeContext,
): Raci {
  const before = problems.found.length;
  const own = ownRoles(value, [...path, 'owner'], problems);
  if (own.R !== undefined && edge.owner) {
    problems.add(edge.owner.path, 'the node names its own "owner": once is enough');
  }
  const raci = { ...defaultOwner, ...(edge.owner ? { R: edge.owner.name } : {}), ...own };
  if (answers(raci) === null && problems.found.length === before) {
    problems.add(
      [...path, 'owner'],
      'needs an "owner" here or a "default-owner" in the tree: write for example "owner: team-leads"',
    );
  }
  return raci;
}

function ownRoles(value: unknown, path: DocumentPath, problems: Problems): Raci {
  if (value === undefined) return {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return raciOf(value, path, problems) ?? {};
  }
  return rolesIn(value as Record<string, unknown>, path, problems);
}

function besideOf(value: unknown, path: DocumentPath, problems: Problems): readonly string[] {
  if (value === undefined) return [];
  const items = problems.list(value, path);
  if (items.length > BESIDE_MAX) problems.add(path, `at most ${BESIDE_MAX} metrics`);
  return items.flatMap((item, i) => problems.text(item, [...path, i]) ?? []);
}

function rulesOf(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  context: NodeContext,
): TreeNode['alerts'] {
  if (value !== undefined && !context.isComputed(metric.id)) {
    context.problems.add(path, `"${metric.id}" is not computed yet: no rule on it could ever fire`);
    return [];
  }
  return compileRules(value, path, { ...context, metric });
}
