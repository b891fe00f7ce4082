/** Nodes that are views: a name over other metrics, each told by one dimension, without a number of its own. */
import type { NamedMetric } from '../metrics/sheet.ts';
import { viewText } from '../metrics/sheet.ts';
import type { EdgeTerms } from './compile-influence.ts';
import type { KnownMetrics } from './evaluate.ts';
import type { DocumentPath, Problems } from './problems.ts';
import type { Raci, TreeNode } from './tree.ts';

/** What a node says of its number. */
const OF_NUMBERS = ['identity', 'lenses', 'target', 'beside', 'alerts'] as const;

type Map = Readonly<Record<string, unknown>>;

/** What a file says of a view, less what only a number can have: that stands at what the view shows. */
export function withoutNumber(
  map: Map,
  path: DocumentPath,
  { id, viewOf }: NamedMetric,
  { target }: EdgeTerms,
  problems: Problems,
): Map {
  const rest: Record<string, unknown> = { ...map };
  const refuse = (what: string, at: DocumentPath, ofKey: boolean): void =>
    problems.add(at, `"${id}" has no ${what}: ${viewText(viewOf!)}`, ofKey);
  for (const key of OF_NUMBERS) {
    if (!(key in rest)) continue;
    refuse(`"${key}"`, [...path, key], true);
    delete rest[key];
  }
  if (target) refuse('target', target.path, false);
  return rest;
}

interface ViewTerms {
  readonly by: readonly string[];
  readonly defaultOwner: Raci;
  readonly audience?: TreeNode['audience'];
}

/** What holds for a metric that views among the nodes show, unless it says so itself. */
export function termsOfViews(
  id: string,
  nodes: ReadonlyMap<string, TreeNode>,
  { metrics, ...terms }: ViewTerms & { readonly metrics: KnownMetrics },
): ViewTerms {
  let { by, defaultOwner, audience }: ViewTerms = terms;
  for (const node of nodes.values()) {
    const view = metrics(node.id)?.viewOf;
    if (!view?.metrics.includes(id)) continue;
    by = [...by, view.by];
    defaultOwner = { ...defaultOwner, ...node.raci };
    audience = node.audience;
  }
  return { by, defaultOwner, ...(audience === undefined ? {} : { audience }) };
}

/** A view stands where a number is wanted. */
export const tellView = (id: string, path: DocumentPath, problems: Problems): void =>
  problems.add(path, `"${id}" has no number of its own: name one of the metrics that it shows`);
