/** `sapwood correct`: what somebody knows better than the sources, and what that changes. */
import { factIdOf } from '@sapwood/contracts/facts';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import type { WorkspaceFold } from '@sapwood/core/fold';
import { type Correction, correctionFact, readCorrections } from '@sapwood/pylon/corrections';
import { changeLines } from '../correct/lines.ts';
import { changesBy, unknownIn } from '../correct/preview.ts';
import { feedOf } from '../costs/feed.ts';
import { sendCorrection } from '../costs/send.ts';
import { count } from '../doctor/finding.ts';
import { UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { foldOf, print, withEngine } from './shared.ts';

/** What is corrected, as the feed takes it, without who, why and when. */
type Entry = { readonly kind: string } & Readonly<Record<string, string | null>>;

export interface CorrectOptions {
  readonly reason: string;
  readonly by?: string;
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly data?: string;
  readonly key?: string;
  readonly workspace?: string;
  readonly url?: string;
  readonly json?: boolean;
}

export async function correct(entry: Entry, options: CorrectOptions): Promise<void> {
  const { config, file } = loadedConfig({
    file: options.config ?? null,
    flags: options.data === undefined ? {} : { data: options.data },
  });
  const feed = feedOf(config, options.key);
  const isDistributed = config.kafka !== null && file !== null;
  const engine = isDistributed ? { data: config.data, config: file } : { data: config.data };
  await withEngine(engine, async (partitions, clock) => {
    const named = feed.workspace ?? options.workspace;
    const { id, fold } = await foldOf(partitions, clock, null, named);
    const now = clock.now();
    const told = {
      ...entry,
      at: options.at ?? now,
      reason: options.reason,
      by: options.by ?? null,
    };
    const correction = checked(told);
    const [workspace] = [...fold.workspaces()].filter((one) => one.id === id);
    const unknown = unknownIn(correction, workspace!);
    if (unknown !== null) throw new UserError(`${unknown} Nothing is corrected.`);
    const fact = factOf(correctionFact(id, correction, { receivedAt: now, src: UNSENT }), now);
    const changes = changesBy(fact, fold);
    // Of what is taken back something else may hide that it was said.
    if (changes.length === 0 && correction.kind !== 'correction.supersede') {
      throw new UserError('That would change nothing that is still known. Nothing is corrected.');
    }
    if (!options.dryRun) {
      const url = options.url ?? `http://${config.http.host}:${config.http.port}/v1/corrections`;
      await sendCorrection(told, { url, key: feed.key() });
    }
    if (options.json) for (const change of changes) print(change, true);
    else process.stdout.write(`${changeLines(changes).join('\n')}\n`);
    const what = options.dryRun ? 'would be' : 'is';
    console.error(`${count(changes.length, 'change')}. The correction ${what} ${fact.factId}.`);
  });
}

/** Its place in the raw log is not known before it is sent, and no part of what it is. */
const UNSENT = { topic: 'raw.cost.v1', partition: 0, epoch: 0, offset: 0 };

const instantOf = (at: number): string => new Date(at).toISOString();

const factOf = (draft: DraftFact, recordedAt: number): Fact =>
  ({ ...draft, v: 1, factId: factIdOf(draft), recordedAt }) as Fact;

function checked(told: object): Correction {
  const read = readCorrections({ corrections: [told] });
  if (read.ok) return read.corrections[0]!;
  const faults = read.errors.map(
    ({ path, message }) => `${path.replace('corrections[0].', '')}: ${message}.`,
  );
  throw new UserError([...faults, 'Nothing is corrected.'].join('\n'));
}

export interface ListOptions {
  readonly data: string;
  readonly config?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export async function list(options: ListOptions): Promise<void> {
  await withEngine(options, async (partitions, clock) => {
    const { id, fold } = await foldOf(partitions, clock, null, options.workspace);
    const workspace: WorkspaceFold = [...fold.workspaces()].find((one) => one.id === id)!;
    for (const one of workspace.corrections.all()) {
      const isInForce = workspace.corrections.isInForce(one.id);
      if (options.json) print({ ...one, isInForce }, true);
      else {
        const { reason, by, ...what } = one.body;
        const said = [...Object.values(what).filter((value) => value !== null)].join(' ');
        const state = isInForce ? 'in force' : 'superseded';
        const words = [one.id, instantOf(one.recordedAt), one.kind.slice('correction.'.length)];
        words.push(one.entity, said, `(${state}; ${by ?? 'nobody named'}: ${reason})`);
        process.stdout.write(`${words.filter((word) => word !== '').join(' ')}\n`);
      }
    }
  });
}
