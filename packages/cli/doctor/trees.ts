/** What `doctor` finds of the trees that a workspace declares: nodes and targets that tell nobody anything. */
import type { CompiledTree } from '@sapwood/core/tree';
import { type LoadedConfig, splitTreeName } from '@sapwood/service-kit/config';
import { unknownNodes } from '../tree/unknown.ts';
import { count, degraded, type Finding, fine, type Place } from './finding.ts';

export function judgeTrees({
  config,
  trees,
  place,
}: Pick<LoadedConfig, 'config' | 'trees' | 'place'>): Finding[] {
  return Object.entries(config.workspaces).flatMap(([id, { tree: file, scheduleOf }]) => {
    const tree = trees.get(id);
    if (file === null || tree === undefined) return [];
    const found = [
      ...judgeUnknown(id, tree, splitTreeName(file).file),
      ...(scheduleOf.workspace === undefined ? judgeHours(id, tree, place) : []),
    ];
    return found.length > 0
      ? found
      : [fine(`tree of ${id}: ${count(tree.nodes.length, 'node')}, all of them computed`)];
  });
}

function judgeUnknown(id: string, tree: CompiledTree, file: string): Finding[] {
  const unknown = unknownNodes(tree);
  if (unknown.length === 0) return [];
  const names = unknown.map(({ what }) => what).join(', ');
  return [
    degraded(`tree of ${id}: unknown are ${names}`, `what each lacks: sapwood tree check ${file}`),
  ];
}

/** A target in open hours is compared with a duration in open hours alone. */
function judgeHours(id: string, { nodes }: CompiledTree, place: Place): Finding[] {
  const open = nodes.filter(({ target, segments = [] }) =>
    [target, ...segments.map((one) => one.target)].some((one) => one?.clock === 'business'),
  );
  if (open.length === 0) return [];
  const names = open.map((node) => node.id).join(', ');
  return [
    degraded(
      `tree of ${id}: targets in business hours have no effect where no schedule holds: ${names}`,
      `schedules, and scheduleOf with a workspace, beside ${place(['workspaces', id, 'tree'])}`,
    ),
  ];
}
