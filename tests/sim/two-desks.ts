/** Facts of two workspaces in one log, as properties want them: any desks, mixed by time. */
import type { Fact } from '@sapwood/core/facts';
import fc from 'fast-check';
import { factsOfDesk } from '../support/independent/any-desk.ts';
import { deskSteps } from '../support/independent/any-desk-steps.ts';
import { CONFIGS } from './plan.ts';

const KIND = { messages: 'read', source: 'email' } as const;

/** The desk's facts under a tree with rules, so that there are samples and alerts as well. */
function underTree(facts: readonly Fact[], workspace: string): Fact[] {
  return facts.map((fact) => {
    if (fact.kind !== 'config.applied') return { ...fact, workspace };
    const document = JSON.stringify(CONFIGS[0]!(workspace));
    return { ...fact, workspace, body: { ...fact.body, document } };
  });
}

/** In order of the log; facts of one delivery stay together. */
export function mixed(...desks: readonly (readonly Fact[])[]): Fact[] {
  const queues = desks.map((facts) => [...facts]);
  const all: Fact[] = [];
  for (;;) {
    const next = queues
      .filter(([first]) => first !== undefined)
      .sort(([a], [b]) => a!.recordedAt - b!.recordedAt)[0];
    if (!next) return all;
    const isOpen = (fact: Fact): boolean => fact.group !== null && fact.group.i < fact.group.n - 1;
    do all.push(next.shift()!);
    while (isOpen(all.at(-1)!) && next.length > 0);
  }
}

export const deskOf = (workspace: string): fc.Arbitrary<Fact[]> =>
  deskSteps.map((steps) => underTree(factsOfDesk(steps, KIND), workspace));

/** `bolt` may speak first, and is restored second. */
export const twoDesks: fc.Arbitrary<readonly [Fact[], Fact[]]> = fc.tuple(
  deskOf('acme'),
  deskOf('bolt'),
);
