/** The small records of the store: positions begin anew with the raw logs, the others stay as they are. */
import { loadPosition, type Position, savePosition } from '@sapwood/normalizer/position';
import type { StateStore } from '@sapwood/runtime/ports';
import type { Config } from '@sapwood/service-kit/config';
import { costReaders, pylonReaders } from './origin.ts';

interface Stores {
  readonly from: StateStore;
  readonly to: StateStore;
}

/** Names of positions; a source that never ran has none. */
const positionNames = (config: Config): string[] =>
  [...pylonReaders(config), ...costReaders(config)].map(({ position }) => position);

/** What is in force, who is paired, what was accepted. */
const keptNames = ({ workspaces, sources }: Config): string[] => [
  ...Object.keys(workspaces).map((id) => `config/${id}`),
  ...Object.keys(sources).map((id) => `normalizer/${id}/directory`),
  ...['gateway/screens', 'gateway/notice', 'clock/accepted', 'simulator/world'],
];

/** One more than that of any position: the offsets of the new raw logs are later than all of theirs. */
export async function nextEpoch(from: StateStore, config: Config): Promise<number> {
  const positions = await Promise.all(
    positionNames(config).map((name) => loadPosition(from, name)),
  );
  return 1 + Math.max(0, ...positions.map((position) => position?.epoch ?? 0));
}

/** The new raw logs hold what was pending and nothing else, so everybody begins at their start. */
export async function moveRecords(
  { from, to }: Stores,
  config: Config,
  epoch: number,
): Promise<void> {
  for (const name of positionNames(config)) {
    const position = await loadPosition(from, name);
    if (position) await savePosition(to, name, moved(position, epoch));
  }
  for (const name of keptNames(config)) {
    const bytes = await from.getRecord(name);
    if (bytes) await to.putRecord(name, bytes);
  }
}

/** Reads that are owed keep the deliveries they are owed for, as of the log those stood in. */
const moved = (position: Position, epoch: number): Position => ({
  ...position,
  epoch,
  next: 0,
  owed: position.owed.map((debt) => ({ ...debt, epoch: debt.epoch ?? position.epoch ?? 0 })),
});
