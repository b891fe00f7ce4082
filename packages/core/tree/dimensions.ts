/** What numbers can be told by (metrics.md 4). */
export const DIMENSIONS = [
  'account',
  'account_tier',
  'age',
  'assignee',
  'category',
  'channel',
  'field',
  'handled_by',
  'hour_of_week',
  'priority',
  'state',
  'tag',
  'tag_pair',
  'team',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];
