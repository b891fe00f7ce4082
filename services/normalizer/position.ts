/**
 * The one small record of each source (reliability.md 1.4), written after the facts that it covers:
 * if it is lost, deliveries are mapped again and give the same facts.
 */
import type { Source } from '@sapwood/core/facts';
import type { StateStore } from '@sapwood/runtime/ports';

/** An issue that still has to be read, with the deliveries that said so. */
export interface OwedRecord {
  readonly ref: string;
  readonly messages: boolean;
  readonly offsets: readonly number[];
  readonly partition: number;
  /** Of the raw log that the offsets are of; left out: the first one. */
  readonly epoch?: number;
}

export interface Position {
  /** Of the raw log that `next` is of: rises when it is made anew. Left out: the first one. */
  readonly epoch?: number;
  /** Next raw offset to map. */
  readonly next: number;
  readonly owed: readonly OwedRecord[];
  /** Start of the last complete reconciliation, epoch ms. */
  readonly reconciledAt: number | null;
  /** Start of the last look at thirty days, and of the last sweep of all ids; epoch ms. Left out: none yet. */
  readonly deepAt?: number | undefined;
  readonly sweptAt?: number | undefined;
  /** Cost feeds only: [costId and revision, content]. */
  readonly costs: readonly (readonly [string, string])[];
}

export const positionName = (source: string): string => `normalizer/${source}`;

/** null where there is none yet. Throws where it is not ours: starting over would be a guess. */
export async function loadPosition(store: StateStore, source: string): Promise<Position | null> {
  const bytes = await store.getRecord(positionName(source));
  if (bytes === null) return null;
  const record = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Position>;
  if (!Number.isSafeInteger(record.next)) {
    throw new Error(`The position record ${positionName(source)} cannot be read.`);
  }
  return {
    epoch: record.epoch ?? 0,
    next: record.next!,
    owed: record.owed ?? [],
    reconciledAt: record.reconciledAt ?? null,
    ...(record.deepAt === undefined ? {} : { deepAt: record.deepAt }),
    ...(record.sweptAt === undefined ? {} : { sweptAt: record.sweptAt }),
    costs: record.costs ?? [],
  };
}

export async function savePosition(
  store: StateStore,
  source: string,
  position: Position,
): Promise<void> {
  await store.putRecord(positionName(source), new TextEncoder().encode(JSON.stringify(position)));
}

/** A debt as it is kept: deliveries of a raw log before this one apart from those of this one. */
export function owedRecords(owed: {
  readonly ref: string;
  readonly messages: boolean;
  readonly srcs: readonly Source[];
}): OwedRecord[] {
  const { ref, messages, srcs } = owed;
  const logs = Map.groupBy(srcs, ({ epoch, partition }) => `${epoch}/${partition}`);
  if (logs.size === 0) return [{ ref, messages, partition: 0, offsets: [] }];
  return [...logs.values()].map((of) => {
    const { epoch, partition } = of[0]!;
    return { ref, messages, partition, epoch, offsets: of.map(({ offset }) => offset) };
  });
}

/** For a position that may lag: what lies after it is mapped again. Any other error is thrown on. */
export function mayLag(error: unknown): void {
  if ((error as { retriable?: boolean }).retriable !== true) throw error;
}
