/** What numbers can be told by (metrics.md 4). */
export const DIMENSIONS = [
  'account',
  'assignee',
  'category',
  'channel',
  'handled_by',
  'priority',
  'tag',
  'team',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];
