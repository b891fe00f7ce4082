/** A small desk folded for real, and a gateway that shows what came of it. */
import { createHash } from 'node:crypto';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import type { GatewayDeps } from '@sapwood/gateway/app';
import type { Explainer } from '@sapwood/runtime/explainer';
import { config, cost, heartbeat, issue, message, tick } from '../support/facts.ts';
import { COST_TREE, frame, type Harness, startGateway, until } from './gateway-harness.ts';

const NOW: number = Date.now();
const ago = (minutes: number): number => NOW - minutes * 60_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** A desk of three conversations, one of them unanswered, and a cost. */
function desk(): FactFold {
  const fold = createFactFold({ topology: 1, hash });
  const tree = { nodes: COST_TREE.nodes };
  const facts = [
    config(ago(120), { messages: 'read', currency: 'USD', sources: ['pylon'], tree }),
    heartbeat('pylon', ago(1)),
    ...['a', 'b', 'c'].flatMap((id, i) => [
      message(id, ago(60 - i), 'customer', { authorId: `${id}-contact`, channel: 'email' }),
      issue(id, ago(59 - i), {
        ...{ number: 100 + i, teamId: 't1', accountId: 'acc', channel: 'email' },
        ...{ createdAt: ago(60 - i), stateCategory: 'new' },
      }),
    ]),
    message('a', ago(50), 'human', { authorId: 'ada' }),
    message('b', ago(40), 'human', { authorId: 'ada' }),
    cost(ago(30), {
      ...{ costId: 'wages', revision: 1, stage: 'settled', category: 'salaries' },
      ...{ amountMicro: 90_000_000, currency: 'USD', from: ago(90), to: ago(0), accrual: 'even' },
    }),
    tick(NOW),
  ];
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact) as LogTime);
    fold.ingest(fact, i);
  }
  return fold;
}

const explainerOf = (fold: FactFold): Explainer => ({
  explain: async (workspace, question) => {
    const explanation = fold.explain(workspace, question);
    if (!explanation) return { kind: 'no_value' };
    return { kind: 'explained', explanation, version: { topology: 1, offset: 9 } };
  },
});

/** A gateway to which all of it was published. The caller closes it. */
export async function deskGateway(change: Partial<GatewayDeps> = {}): Promise<Harness> {
  const fold = desk();
  const harness = await startGateway({ explainer: explainerOf(fold), ...change });
  await harness.publish.tree(COST_TREE, 1);
  const published = [...fold.keys()].flatMap((key) => fold.read(key)?.series ?? []);
  await harness.publish.label('team', 't1', 'Frontline');
  await harness.publish.pass(
    published.map((series) => ({ ...series, offset: 9 })),
    frame(9, {
      asOf: NOW,
      watermarks: [{ source: 'pylon', coveredThrough: NOW, basis: 'reconciled' }],
    }),
  );
  await until('an idle gateway', () => harness.gateway.idle());
  return harness;
}
