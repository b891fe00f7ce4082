/** Files that are checked in and generated. */
import { treeSchemaText } from '@sapwood/service-kit/config';
import { evidenceIn } from './evidence.ts';
import { metricsPage } from './metrics-page.ts';
import { weekValues } from './week.ts';

export interface Generated {
  readonly path: string;
  readonly text: string;
}

export function generatedFiles(root: string): readonly Generated[] {
  const week = weekValues();
  return [
    {
      path: 'packages/core/METRICS.md',
      text: metricsPage(evidenceIn(root), (id) => week.get(id)!),
    },
    { path: 'packages/contracts/trees/tree.schema.json', text: treeSchemaText() },
  ];
}
