/**
 * What an issue of any-desk.ts is about: whose it is, how urgent, of what kind; and the rows that the
 * workspace declares meanwhile. Drawn after a story, so that a seed tells the same story with them.
 */
import type { IssueObserved, VendorSeconds } from '@sapwood/core/facts';
import fc from 'fast-check';
import type { DeclaredRows, DeskStep, Detail } from './any-desk-step.ts';

const DIMENSIONS = ['account', 'assignee', 'category', 'handled_by', 'priority', 'tag'] as const;
const METRICS = [
  ...['conversation-volume', 'issues-created', 'contacts-handled', 'contacts-unhandled-change'],
  ...['contacts-resolved', 'episodes-handled', 'channel-switches', 'ai-handoffs', 'holds'],
  ...['first-response-time', 'first-response-time-any', 'first-response-time-ai'],
  ...['message-response-time', 'message-response-time-last', 'next-response-time'],
  ...['first-response-time-after-handoff', 'handoff-gap', 'reopens', 'no-reply-rate'],
  ...['average-resolution-time', 'average-resolution-time-first', 'conversation-handoff-rate'],
  ...['average-resolution-time-active', 'average-resolution-time-human'],
] as const;
/** What is last done to a conversation is seen nowhere else. */
const ALWAYS: DeclaredRows = { 'conversation-handoff-rate': DIMENSIONS };

/** Of these two nobody is the assignee: rows of one are never declared (metrics.md 3.1). */
const UNOWNED: readonly string[] = ['conversation-volume', 'issues-created'];
const allowed = (metric: string, dimensions: readonly string[]): readonly string[] =>
  UNOWNED.includes(metric) ? dimensions.filter((one) => one !== 'assignee') : dimensions;

/** What a metric is told by at once, if anything: in two of six turns by two dimensions, in one by three. */
const TOGETHER: readonly (readonly string[])[] = [
  [],
  ['channel'],
  [],
  ['next'],
  [],
  ['next', 'team'],
];

function crossOf(turn: number, dimensions: readonly string[]): readonly string[] {
  const [dimension, next] = dimensions;
  const more = TOGETHER[turn]!.map((one) => (one === 'next' ? next : one));
  if (more.length === 0 || more.includes(undefined)) return [];
  return [[dimension, ...more].sort().join()];
}

/** Each metric by one dimension, by another in each of six; all of a few; none. */
export const DECLARATIONS: readonly DeclaredRows[] = [
  ...DIMENSIONS.map((_, turn) => {
    const rows = METRICS.map((metric, place) => {
      const [one, next] = [0, 1].map((i) => DIMENSIONS[(place + turn + i) % DIMENSIONS.length]!);
      const dimensions = allowed(metric, [one!]);
      const crossed = crossOf(turn, allowed(metric, [one!, next!]));
      return [metric, [...dimensions, ...crossed]];
    });
    return { ...Object.fromEntries(rows), ...ALWAYS };
  }),
  {
    ...ALWAYS,
    'issues-created': allowed('issues-created', DIMENSIONS),
    'message-response-time': DIMENSIONS,
  },
  {},
];

const AS_IT_IS = undefined;
const mostly = <T>(often: T): T[] => Array.from({ length: 8 }, () => often);

const detail: fc.Arbitrary<Detail> = fc.record({
  account: fc.constantFrom(...mostly(AS_IT_IS), 'acme', 'acme', 'globex', 'globex', null),
  priority: fc.constantFrom(...mostly(AS_IT_IS), 'urgent', 'urgent', 'low', 'low', null),
  // Not every value may stand in a key as it is.
  category: fc.constantFrom(...mostly(AS_IT_IS), 'login', 'login', '50% {a=b}, é', null),
  tags: fc.constantFrom(
    ...mostly(AS_IT_IS),
    ...[['vip'], ['new', 'vip'], ['vip', 'new', 'vip'], [], null],
  ),
  briefMs: fc.constantFrom(...mostly(AS_IT_IS), ...mostly(AS_IT_IS), 500, 20_000, 60_000, 60_001),
  declares: fc.constantFrom(
    ...[1, 2, 3, 4].flatMap(() => mostly(AS_IT_IS)),
    ...DECLARATIONS.keys(),
  ),
});

const STEPS_MAX = 40;

export const withDetails = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(stories, fc.array(detail, { minLength: STEPS_MAX, maxLength: STEPS_MAX }))
    .map(([steps, details]) => steps.map((step, i) => ({ ...step, detail: details[i]! })));

export type Look = { -readonly [K in keyof IssueObserved]: IssueObserved[K] };

const SPAM = 'Spam';
const isSpam = (tag: string): boolean => tag === SPAM;

export function putOrTakeSpam(look: Look): void {
  const tags = look.tags ?? [];
  look.tags = tags.some(isSpam) ? tags.filter((tag) => !isSpam(tag)) : [...tags, SPAM];
}

/**
 * What Pylon says that the first reply and the resolution took, whole seconds from the creation; a third of it in
 * its open hours, of which it does not always speak. What is opened again is not resolved.
 */
export function timed(look: Look, what: 'reply' | 'close' | 'reopen', now: number): void {
  const { createdAt, vendorSeconds } = look;
  if (createdAt == null) return;
  const said = vendorSeconds ?? UNTIMED;
  const seconds = Math.floor((now - createdAt) / 1_000);
  const onBusiness = seconds % 2 === 0 ? Math.floor(seconds / 3) : null;
  if (what === 'reply' && said.firstResponse === null) {
    look.vendorSeconds = { ...said, firstResponse: seconds, businessFirstResponse: onBusiness };
  } else if (what === 'close' && said.resolution === null) {
    look.vendorSeconds = { ...said, resolution: seconds, businessResolution: onBusiness };
  } else if (what === 'reopen' && said.resolution !== null) {
    look.vendorSeconds = { ...said, resolution: null, businessResolution: null };
  }
}

const UNTIMED: VendorSeconds = {
  ...{ firstResponse: null, businessFirstResponse: null },
  ...{ resolution: null, businessResolution: null },
};

/** Fields that nothing was told of yet are none that a look sees. */
export function describe(look: Look, { account, priority, category, tags }: Detail): void {
  if (account !== undefined) look.accountId = account;
  if (priority !== undefined) look.priority = priority;
  if (category !== undefined) look.category = category;
  if (tags === undefined) return;
  const spam = (look.tags ?? []).filter(isSpam);
  look.tags = tags === null && spam.length === 0 ? null : [...(tags ?? []), ...spam];
}

/** What takes a detail back, told of before it is; a field that had no value is seen to have none. */
export function undoing(look: Look, told: Detail): Detail {
  const { accountId = null, priority = null, category = null, tags } = look;
  return {
    account: told.account === undefined ? AS_IT_IS : accountId,
    priority: told.priority === undefined ? AS_IT_IS : priority,
    category: told.category === undefined ? AS_IT_IS : category,
    tags: told.tags === undefined ? AS_IT_IS : (tags ?? []).filter((tag) => !isSpam(tag)),
  };
}
