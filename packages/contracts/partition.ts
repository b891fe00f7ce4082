import { createHash } from 'node:crypto';

/** A workspace's partition, for ever: first four bytes of SHA-256, big-endian, mod P (design D7). */
export function partitionOf(workspace: string, partitions: number): number {
  return createHash('sha256').update(workspace, 'utf8').digest().readUInt32BE(0) % partitions;
}
