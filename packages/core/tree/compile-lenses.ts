/** Lenses: other exact views of a node, `sum by channel: share * metric` or an identity (metrics.md 6). */
import type { NamedMetric } from '../metrics/sheet.ts';
import { parseIdentity } from './compile-identity.ts';
import { childrenOf } from './evaluate.ts';
import type { DocumentPath, Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { Lens } from './tree.ts';

const LENSES_MAX = 8;
const MIX = /^sum\s+by\s+([a-z_]+)\s*:\s*share\s*\*\s*([a-z][a-z0-9-]*)$/;

export function compileLenses(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  problems: Problems,
): readonly Lens[] {
  if (value === undefined) return [];
  const entries = Object.entries(problems.map(value, path, null) ?? {});
  if (entries.length > LENSES_MAX) problems.add(path, `at most ${LENSES_MAX} lenses`);
  return entries.flatMap(([name, written]): Lens[] => {
    const text = problems.text(written, [...path, name]);
    const read = text === null ? null : readLens(name, text, metric);
    if (read === null) return [];
    if (!('problem' in read)) return [read];
    problems.add([...path, name], read.problem);
    return [];
  });
}

function readLens(name: string, text: string, metric: NamedMetric): Lens | { problem: string } {
  const mix = MIX.exec(text);
  if (mix) {
    const [, by = '', of = ''] = mix;
    const offered = [...metric.dims, ...(metric.dimsLater ?? [])];
    if (of !== metric.id) return { problem: `a mix is of the node itself: share * ${metric.id}` };
    if (offered.includes(by as never)) return { name, metric: of, by };
    return { problem: `"${metric.id}" is not told by ${by}${didYouMean(by, offered)}` };
  }
  const read = parseIdentity(text, metric);
  if ('identity' in read) return { name, identity: read.identity };
  const problem = 'problem' in read ? read.problem : 'its own parts are no second view';
  return { problem: `${problem}; or "sum by <dimension>: share * ${metric.id}"` };
}

/** Other metrics that a node's lenses are made of. */
export function lensNodes(lenses: readonly Lens[] = []): readonly string[] {
  return lenses.flatMap((lens) => ('identity' in lens ? childrenOf(lens.identity) : []));
}
