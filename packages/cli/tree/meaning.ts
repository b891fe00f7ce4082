/** What a change of the tree means for keys and their history, in sentences. */
import { metricDefinition } from '@sapwood/core/catalogue';
import { declaredRows } from '@sapwood/core/declared-rows';
import { missingOf } from '@sapwood/core/sheets';
import type { CompiledTree } from '@sapwood/core/tree';
import type { TreeChange } from '@sapwood/core/tree-diff';

export function meaningOf(
  before: CompiledTree,
  after: CompiledTree,
  changes: readonly TreeChange[],
): readonly string[] {
  const names = (of: TreeChange['of'], kind?: TreeChange['kind']): readonly string[] =>
    changes.filter((c) => c.of === of && (kind ?? c.kind) === c.kind).map(({ about }) => about);
  const isComputed = (id: string): boolean => missingOf(id) === null;
  const moved = new Set(names('node'));
  const stayed = (of: TreeChange['of']): readonly string[] =>
    names(of).filter((about) => !moved.has(about.replace(/\{.*/, '')));
  const [come, gone] = [names('node', 'added'), names('node', 'removed')];
  return [
    ...told(come.filter(isComputed), 'counted all along: no key is new, and the past is there'),
    ...told(
      come.filter((id) => !isComputed(id)),
      'no key and no value until it is computed',
    ),
    ...told(
      gone.filter(isComputed),
      'the key stays, with its history; no board shows it, its rules end',
    ),
    ...told(
      newRows(before, after),
      'new keys, filled from everything that still counts; longer ago is not told apart',
    ),
    ...told(
      newRows(after, before),
      'these keys end; told again later they are filled from what still counts then',
    ),
    ...told(stayed('target'), 'no key changes; judged by the new one from when it is applied'),
    ...told(stayed('owner'), 'no key changes; alerts name the new one from when it is applied'),
    ...told(names('rule', 'removed'), 'an alert that is open ends'),
    ...told(names('rule', 'changed'), 'what it has seen is kept, judged by the new bounds'),
    ...told(stayed('identity'), 'no value changes; shares of the change and paths of alerts do'),
    ...told(names('audience'), 'screens below the audience lose it at once, the others get it'),
  ];
}

function told(names: readonly string[], means: string): string[] {
  return names.length === 0 ? [] : [`${names.join(', ')}: ${means}`];
}

/** Rows that `after` asks for and `before` did not. */
function newRows(before: CompiledTree, after: CompiledTree): readonly string[] {
  const had = declaredRows(before, metricDefinition);
  return Object.entries(declaredRows(after, metricDefinition)).flatMap(([id, dimensions]) =>
    dimensions
      .filter((one) => !had[id]?.includes(one))
      .map((one) => `${id}{${one.replaceAll(',', '=…,')}=…}`),
  );
}
