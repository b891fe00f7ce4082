/** Seeds that once failed, each with what was wrong. */
export interface Pinned {
  readonly seed: number;
  readonly sentence: string;
}

export const PINNED: readonly Pinned[] = [
  {
    seed: 3,
    sentence: 'after a restart the workspaces of a partition sent their samples in another order',
  },
  {
    seed: 10,
    sentence: 'what was handled in the open pane was never told to cost per contact without a cost',
  },
  {
    seed: 132,
    sentence: 'a pass that came late put older values over newer ones in the compacted topic',
  },
  {
    seed: 206,
    sentence:
      'a screen forgot how new a value was when a snapshot lacked it, and took an older one',
  },
  {
    seed: 355,
    sentence:
      'a reader that compaction had outrun took an older pass, come late, beside newer children',
  },
];

/** Seeds that fail when a promise is broken (`tests/mutants`): so the judges can see it. */
export const BITES: readonly (Pinned & { readonly mutant: string })[] = [
  { seed: 3, mutant: 'B1d', sentence: 'an owner that lost its claim is still heard' },
  { seed: 1, mutant: 'B7e', sentence: 'a frame leaves before its values' },
];
