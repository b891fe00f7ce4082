/** I3: the stored state and the last published values are those of a fresh fold at the head of the log. */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { FactFold } from '@sapwood/core/fold';
import { TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { comparable } from './comparable.ts';
import type { Evidence } from './evidence.ts';

export async function judgeStored(evidence: Evidence, fold: FactFold, high: number): Promise<void> {
  const { simulated, problem } = evidence;
  const scope = { fold: 'facts', topology: TOPOLOGY, partition: 0 };
  const meta = await simulated.store.meta(scope);
  if (meta?.off !== high) problem(`I3 the state stands at ${meta?.off}, the log ends at ${high}`);
  const stored = new Map<string, string>();
  for await (const [space, field, bytes] of simulated.store.load(scope)) {
    stored.set(`${space} ${field}`, Buffer.from(bytes!).toString());
  }
  const fresh = new Map<string, string>();
  for (const [space, field, text] of fold.encode()) {
    if (text !== null) fresh.set(`${space} ${field}`, text);
  }
  tellDifference('stored', stored, fresh, problem);
  await judgePublished(evidence, fold);
}

async function judgePublished({ simulated, problem }: Evidence, fold: FactFold): Promise<void> {
  const { name } = TOPICS.metrics;
  const published = new Map<string, string>();
  for (const { key, value } of await simulated.log.read(name, 0, 0, { max: 10_000, waitMs: 0 })) {
    if (value === null || key!.startsWith('frame/')) continue;
    const { series, tree } = metricCodec.decode(value);
    published.set(key!, series ? comparable(series) : tree!.document);
  }
  const fresh = new Map<string, string>();
  for (const key of fold.keys()) {
    const { series, tree } = fold.read(key) ?? { series: null, tree: null };
    if (series) fresh.set(key, comparable(series));
    else if (tree) fresh.set(key, tree.document);
  }
  tellDifference('published', published, fresh, problem);
}

function tellDifference(
  what: string,
  found: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, string>,
  problem: (text: string) => void,
): void {
  for (const name of new Set([...found.keys(), ...fresh.keys()])) {
    const a = found.get(name);
    const b = fresh.get(name);
    if (a === b) continue;
    problem(`I3 ${what} ${name} is ${a?.slice(0, 250)}, folded anew ${b?.slice(0, 250)}`);
    return;
  }
}
