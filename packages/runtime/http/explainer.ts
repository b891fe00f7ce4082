/** Asks the aggregators of a cluster: the one that holds the workspace's partition answers. */
import { askingOf, type Question } from '@sapwood/core/explanation';
import type { Explained, Explainer } from '../explainer.ts';
import type { Clock, StateStore } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';
import { readStoreKey } from './store-key.ts';

/** Within what a reader of the gateway waits. */
const ASK_MS = 4_000;
const KINDS: readonly string[] = ['explained', 'no_value', 'nobody'];

export interface HttpExplainerDeps {
  /** Addresses of their `metrics.port`, such as http://aggregator:9464. */
  readonly aggregators: readonly string[];
  readonly store: StateStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

const UNNAMED =
  'name the aggregators to this gateway, by `aggregators` of its configuration or SAPWOOD_AGGREGATORS';

export function createHttpExplainer(deps: HttpExplainerDeps): Explainer {
  const { aggregators, store, telemetry } = deps;
  return {
    async explain(workspace, question) {
      if (aggregators.length === 0) return { kind: 'nobody', remedy: UNNAMED };
      const key = await readStoreKey(store).catch(() => null);
      // All at once: but for the one that holds the state they say so at once.
      const answers = await Promise.all(
        aggregators.map((address) => ask(deps, address, { workspace, question, key })),
      );
      const found = newest(answers.map(({ answer }) => answer));
      if (found) return found;
      const told = answers.map(({ address, why }) => `${address} ${why}`).join('; ');
      telemetry({
        type: 'Notice',
        level: 'warn',
        text: `No explanation of ${workspace}: ${told}.`,
      });
      return { kind: 'nobody', remedy: remedyFor(answers) };
    },
  };
}

interface Asked {
  readonly workspace: string;
  readonly question: Question;
  readonly key: string | null;
}

interface Answer {
  readonly address: string;
  /** null: none that could be used, and why. */
  readonly answer: Explained | null;
  readonly why: string;
}

async function ask(
  { clock }: HttpExplainerDeps,
  address: string,
  { workspace, question, key }: Asked,
): Promise<Answer> {
  const url = new URL(`/explain/${encodeURIComponent(workspace)}`, address);
  url.search = new URLSearchParams(askingOf(question)).toString();
  const abort = new AbortController();
  const timer = clock.after(ASK_MS, () => abort.abort());
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${key ?? ''}` },
      redirect: 'error',
      signal: abort.signal,
    });
    if (!response.ok) return { address, answer: null, why: `answered ${response.status}` };
    const answer = (await response.json()) as Explained;
    if (!KINDS.includes(answer.kind)) return { address, answer: null, why: 'is no aggregator' };
    return { address, answer, why: 'does not hold its state' };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    return { address, answer: null, why: `could not be asked (${cause?.message ?? message})` };
  } finally {
    timer.cancel();
  }
}

/** Of one that lost the partition and has not noticed yet, and its new owner: what is newer. */
function newest(answers: readonly (Explained | null)[]): Explained | null {
  let found: Explained | null = null;
  for (const answer of answers) {
    if (answer === null || answer.kind === 'nobody') continue;
    if (found?.kind !== 'explained' || isNewer(answer, found)) found = answer;
  }
  return found;
}

const isNewer = (a: Explained, b: Explained & { readonly kind: 'explained' }): boolean =>
  a.kind === 'explained' &&
  (a.version.topology - b.version.topology || a.version.offset - b.version.offset) > 0;

function remedyFor(answers: readonly Answer[]): string {
  const reached = answers.filter(({ answer }) => answer !== null).length;
  const told = `${reached} of ${answers.length} aggregators answered, and none holds the workspace`;
  return reached === answers.length
    ? `${told}: try again shortly, and name all aggregators there are to this gateway`
    : `${told}: start those that are down, or mend their addresses; the log of this gateway has each answer`;
}
