/**
 * The catalogue: one entry per metric (design D12). Meaning lives here; the fold, the docs, the
 * API and the tooltips read it. A change of meaning is a new version.
 */
import type { Amount, HandledBy, TransitionKind } from '../conversation/transition.ts';
import { SLA_KINDS, type SlaKind } from '../directory/config.ts';
import { MINUTE_MS } from '../time/instant.ts';
import { DIMENSIONS, type Dimension } from '../tree/dimensions.ts';
import type { Form, Unit } from './value.ts';

/**
 * What one transition of a kind adds to the metric's cell: a fixed count, or a duration that it ends;
 * one that ended none adds nothing. Or a count where those have spoken in its conversation by now.
 */
export type Adds = Readonly<Partial<Record<TransitionKind, number | 'ms' | Amount | IfHandled>>>;
interface IfHandled {
  readonly value: number;
  readonly handledBy: readonly HandledBy[];
}

export interface MetricDefinition {
  readonly id: string;
  readonly version: number;
  readonly form: Form;
  readonly unit: Unit;
  /** -1 lower is better, +1 higher, 0 neither. */
  readonly better: -1 | 0 | 1;
  /** E exact, B dated between two looks, S estimated, F exact with a feed, P a proxy. */
  readonly grade: 'E' | 'B' | 'S' | 'F' | 'P';
  readonly additive: boolean;
  /** Below this n a value gets no colour, rank or alert; 0 = no floor. */
  readonly floor: number;
  /** What it can be told by; rows are kept of channel and team, and of what the tree declares. */
  readonly dims: readonly Dimension[];
  readonly label: string;
  readonly prose: string;
  /** COUNT and DUR: what feeds the cell. RATIO: 1 for what counts, 0 for what is only counted among. */
  readonly adds?: Adds;
  /** RATIO, in place of `adds`: distinct conversations with a transition of `num` among those with one of `den`. */
  readonly distinct?: {
    readonly num: readonly TransitionKind[];
    readonly den: readonly TransitionKind[];
  };
  /** MONEY: cost alone, or cost over the count of another metric. */
  readonly per?: string | null;
  /** Needs messages: unknown where a source has none (`no_messages`). */
  readonly needsMessages?: true;
  /**
   * GAUGE: open conversations of now, those that rest apart; clocks of targets that run and are not
   * breached, those of them that are due soon; open conversations with a breached one.
   */
  readonly gauge?:
    | 'open'
    | 'held'
    | 'sla_running'
    | 'sla_breached'
    | { readonly slaDueWithinMs: number };
  /** Unknown where no scale of ratings is declared (`no_scale`). */
  readonly needsScale?: true;
  /** Unknown where no target of any of these kinds is declared (`no_policy`). */
  readonly needsTarget?: readonly SlaKind[];
  /** Who is owed a reply stands beside it: the first reply, or any. */
  readonly waiting?: 'first' | 'any';
  /** DUR: time that somebody worked, not that passed: it is told in no open hours. */
  readonly isWork?: true;
  /** DUR: its value is the mean; left out: the median. */
  readonly headline?: 'mean';
}

/** Every dimension; `NO_OWNER`: counted where nobody owns it yet. */
const STD: readonly Dimension[] = DIMENSIONS.filter((one) => one !== 'age' && one !== 'state');
const NO_OWNER: readonly Dimension[] = STD.filter((one) => one !== 'assignee');
const BASE = { version: 1, additive: false, floor: 0, dims: STD } as const;
const COUNT = { ...BASE, form: 'COUNT', unit: 'count', grade: 'E', additive: true } as const;
const TIME = { ...BASE, form: 'DUR', unit: 'ms', better: -1, floor: 10 } as const;
const REPLY_TIME = { ...TIME, grade: 'E', needsMessages: true } as const;
const RESOLUTION = { ...TIME, grade: 'B', headline: 'mean' } as const;
const GAUGE = { ...BASE, form: 'GAUGE', unit: 'count', grade: 'E', additive: true } as const;
const ESCALATED = [
  'escalated.tier_up',
  'escalated.engineering',
  'escalated.manager',
  'escalated.declared',
] as const;
const IN_TARGET = {
  ...BASE,
  form: 'RATIO',
  unit: 'ppm',
  better: 1,
  grade: 'E',
  floor: 20,
} as const;
const SLA_GAUGE = { ...GAUGE, better: -1, needsTarget: SLA_KINDS } as const;
const COST_PER = {
  ...BASE,
  form: 'MONEY',
  unit: 'micro',
  better: -1,
  floor: 20,
  dims: [],
} as const;

export const CATALOGUE: readonly MetricDefinition[] = [
  {
    ...COUNT,
    id: 'conversation-volume',
    dims: NO_OWNER,
    better: 0,
    label: 'Volume',
    prose:
      'Conversations opened by a customer in the window. Proactive ones, spam and imports are out.',
    adds: { opened: 1 },
  },
  {
    ...COUNT,
    id: 'issues-created',
    dims: NO_OWNER,
    better: 0,
    label: 'Created',
    prose: 'Issues created in the window, those that the team began included.',
    adds: { created: 1 },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time',
    label: 'First reply',
    prose:
      'From the first customer message to the first public human reply. The value is the median (p50) of those answered in the window; who still waits stands beside it.',
    adds: { first_reply_human: 'ms' },
    waiting: 'first',
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-any',
    label: 'First reply, anyone',
    prose: 'From the first customer message to the first public reply of a person or a bot.',
    adds: { first_reply_any: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-ai',
    label: 'First reply, AI',
    prose:
      'From the first customer message to the first reply of a bot that came before any person.',
    adds: { first_reply_ai: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'message-response-time',
    label: 'Reply',
    prose:
      'From the first customer message that nobody had answered to the next public human reply, each time; who is owed a reply stands beside it.',
    adds: { 'turn_answered.first': 'ms', 'turn_answered.next': 'ms' },
    waiting: 'any',
  },
  {
    ...REPLY_TIME,
    id: 'message-response-time-last',
    label: 'Reply, from the last',
    prose: 'As the reply time, from the last customer message before the reply.',
    adds: { 'turn_answered.first': 'lastMs', 'turn_answered.next': 'lastMs' },
  },
  {
    ...REPLY_TIME,
    id: 'next-response-time',
    label: 'Next reply',
    prose: 'As the reply time, without the first reply of a conversation.',
    adds: { 'turn_answered.next': 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'first-response-time-after-handoff',
    grade: 'B',
    label: 'Reply after the bot',
    prose: 'From when a bot gave the conversation to a person to the next public human reply.',
    adds: { first_reply_after_handoff: 'ms' },
  },
  {
    ...REPLY_TIME,
    id: 'handoff-gap',
    grade: 'B',
    label: 'Handoff gap',
    prose:
      'From a handoff to the first public message by whoever got it, before it is handed on or closed.',
    adds: { handoff_answered: 'ms' },
  },
  {
    ...RESOLUTION,
    id: 'average-resolution-time',
    label: 'Resolution',
    prose:
      'From the first customer message to the last close of what is still closed: the mean. A close after silence counts to the last message of the team.',
    adds: { resolved: 'ms' },
  },
  {
    ...RESOLUTION,
    id: 'average-resolution-time-first',
    label: 'First resolution',
    prose: 'From the first customer message to the first close, whatever reopens later: the mean.',
    adds: { closed: 'firstMs' },
  },
  {
    ...RESOLUTION,
    id: 'average-resolution-time-active',
    label: 'Active resolution',
    prose: 'As the resolution time, without the time on hold or snoozed.',
    adds: { resolved: 'activeMs' },
  },
  {
    ...RESOLUTION,
    id: 'average-resolution-time-human',
    label: 'Human resolution',
    prose:
      'As the resolution time, from when a bot gave it to a person; only what a person wrote in.',
    adds: { resolved: 'humanMs' },
    needsMessages: true,
  },
  {
    ...RESOLUTION,
    id: 'average-handle-time-estimated',
    grade: 'S',
    label: 'Handle time, estimated',
    prose:
      'What people are taken to have worked on a conversation that was resolved: for each thing they wrote the time since what was said before it or since they got it, at least 30 s and at most 10 min.',
    adds: { resolved: 'handlingMs' },
    needsMessages: true,
    isWork: true,
  },
  {
    ...COUNT,
    id: 'handling-time-estimated',
    unit: 'ms',
    grade: 'S',
    better: 0,
    label: 'Handling, estimated',
    prose: 'What people are taken to have worked in the window, all of it.',
    adds: { worked: 'handlingMs' },
    needsMessages: true,
  },
  {
    ...BASE,
    id: 'conversation-handoff-rate',
    form: 'RATIO',
    unit: 'ppm',
    better: -1,
    grade: 'B',
    floor: 20,
    label: 'Handoffs',
    prose:
      'Distinct conversations handed to another agent or team after the first human reply, of those worked on in the window.',
    distinct: { num: ['handed_off.agent', 'handed_off.team'], den: ['worked'] },
  },
  {
    ...COUNT,
    id: 'handoff-pingpongs',
    grade: 'B',
    better: -1,
    label: 'Ping-pongs',
    prose: 'Handoffs whose new owner gave the conversation away again within 24 h.',
    adds: { 'handed_off.agent': 'pingpong', 'handed_off.team': 'pingpong' },
  },
  {
    ...BASE,
    id: 'escalation-rate',
    form: 'RATIO',
    unit: 'ppm',
    better: -1,
    grade: 'B',
    floor: 20,
    label: 'Escalation rate',
    prose:
      'Distinct conversations that went to a higher team, a manager or engineering, or were declared escalated, of those worked on in the window.',
    distinct: { num: ESCALATED, den: ['worked'] },
  },
  {
    ...COUNT,
    id: 'escalations',
    grade: 'B',
    better: -1,
    label: 'Escalations',
    prose:
      'Times a conversation went to a higher team, a manager or engineering, or was declared escalated.',
    adds: Object.fromEntries(ESCALATED.map((kind) => [kind, 1])),
  },
  {
    ...BASE,
    id: 'csat',
    form: 'RATIO',
    unit: 'ppm',
    better: 1,
    grade: 'B',
    floor: 20,
    label: 'CSAT',
    prose:
      'Positive ratings, of all that customers gave in the window on the declared scale; of a conversation the last one, in the row of whoever closed it.',
    adds: { rated: 'positive' },
    needsScale: true,
  },
  {
    ...COUNT,
    id: 'ratings',
    grade: 'B',
    better: 0,
    label: 'Ratings',
    prose: 'Conversations that a customer rated on the declared scale: of each the last rating.',
    adds: { rated: 1 },
    needsScale: true,
  },
  {
    ...BASE,
    id: 'deflection-proxy',
    form: 'RATIO',
    unit: 'ppm',
    better: 1,
    grade: 'P',
    floor: 20,
    dims: ['category', 'channel', 'team'],
    label: 'Deflected by the AI',
    prose:
      'Conversations that an AI ended without a person and nobody came back from within 7 days (on chat 72 h), or that were confirmed, of these and all that a person took part in. No resolution rate.',
    adds: {
      'ai_outcome.confirmed': 1,
      'ai_outcome.assumed': 1,
      handled: { value: 0, handledBy: ['human', 'mixed'] },
    },
    needsMessages: true,
  },
  {
    ...BASE,
    id: 'tag-coverage',
    form: 'RATIO',
    unit: 'ppm',
    better: 1,
    grade: 'B',
    floor: 20,
    label: 'Tagged',
    prose: 'Closes of conversations that had a tag then, of all closes.',
    adds: { closed: 'tagged' },
  },
  {
    ...BASE,
    id: 'no-reply-rate',
    form: 'RATIO',
    unit: 'ppm',
    better: -1,
    grade: 'B',
    floor: 20,
    label: 'Closed unanswered',
    prose: 'Closes of conversations that nobody of the team ever wrote in, of all closes.',
    adds: { closed: 'unanswered' },
    needsMessages: true,
  },
  {
    ...COUNT,
    id: 'reopens',
    grade: 'B',
    better: -1,
    label: 'Reopened',
    prose: 'Times a customer came back after a close for more than thanks.',
    adds: { 'reopened.customer': 1 },
    needsMessages: true,
  },
  {
    ...COUNT,
    id: 'ai-handoffs',
    grade: 'B',
    better: 0,
    label: 'From bot to person',
    prose: 'Conversations that a bot gave to a person, each once.',
    adds: { ai_handed_off: 1 },
  },
  {
    ...COUNT,
    id: 'holds',
    grade: 'B',
    better: 0,
    label: 'Put on hold',
    prose: 'Times a conversation was put on hold or snoozed.',
    adds: { held: 1 },
  },
  {
    ...COUNT,
    id: 'channel-switches',
    grade: 'B',
    better: -1,
    label: 'Channel switches',
    prose: 'Times a customer went on in another channel within one conversation.',
    adds: { channel_switched: 1 },
  },
  {
    ...COUNT,
    id: 'contacts-handled',
    better: 0,
    label: 'Handled',
    prose: 'Conversations first handled in the window: a team message or a close. Each once.',
    adds: { handled: 1 },
  },
  {
    ...COUNT,
    id: 'contacts-unhandled-change',
    better: -1,
    label: 'Unhandled, change',
    prose: 'Change of the number of opened conversations that nobody has handled yet.',
    adds: { opened: 1, handled: -1 },
  },
  {
    ...COUNT,
    id: 'episodes-handled',
    grade: 'B',
    better: 0,
    label: 'Episodes',
    prose:
      'As handled, and again each time a customer came back after a close for more than thanks.',
    adds: { episode_handled: 1 },
  },
  {
    ...COUNT,
    id: 'contacts-resolved',
    grade: 'B',
    better: 1,
    label: 'Resolved',
    prose: 'Conversations closed in the window that are still closed. A reopening takes it back.',
    adds: { resolved: 1 },
  },
  {
    ...GAUGE,
    id: 'backlog',
    better: -1,
    dims: DIMENSIONS,
    label: 'Backlog',
    prose: 'Conversations that are open now and do not rest, by state and by age since they began.',
    gauge: 'open',
  },
  {
    ...GAUGE,
    id: 'backlog-held',
    better: -1,
    dims: DIMENSIONS,
    label: 'On hold',
    prose: 'Open conversations that rest now: on hold, or snoozed.',
    gauge: 'held',
  },
  {
    ...COUNT,
    id: 'backlog-net-flow',
    grade: 'B',
    better: -1,
    label: 'Backlog, change',
    prose: 'What came into the backlog less what left it: created and reopened, less closed.',
    adds: {
      created: 1,
      closed: -1,
      'reopened.customer': 1,
      'reopened.agent': 1,
      'reopened.automation': 1,
      'reopened.unknown': 1,
    },
  },
  {
    ...IN_TARGET,
    id: 'sla-first',
    label: 'In target, first',
    prose:
      'First replies that came within their target, of all that came in time or whose target passed in the window. A breach counts when the target passes; what was closed before is in neither.',
    adds: { 'sla_met.first': 1, 'sla_breached.first': 0 },
    needsMessages: true,
    needsTarget: ['first'],
  },
  {
    ...IN_TARGET,
    id: 'sla-next',
    label: 'In target, next',
    prose: 'As for first replies: every further reply that a customer waited for.',
    adds: { 'sla_met.next': 1, 'sla_breached.next': 0 },
    needsMessages: true,
    needsTarget: ['next'],
  },
  {
    ...IN_TARGET,
    id: 'sla-resolution',
    grade: 'B',
    label: 'In target, resolved',
    prose:
      'Resolutions within their target, of all that were or whose target passed in the window. The clock rests while the conversation is closed, and while it rests as the policy says.',
    adds: { 'sla_met.resolution': 1, 'sla_breached.resolution': 0 },
    needsTarget: ['resolution'],
  },
  {
    ...IN_TARGET,
    id: 'sla-compliance',
    grade: 'B',
    label: 'In target',
    prose: 'First replies, further replies and resolutions within their targets, taken together.',
    adds: {
      'sla_met.first': 1,
      'sla_breached.first': 0,
      'sla_met.next': 1,
      'sla_breached.next': 0,
      'sla_met.resolution': 1,
      'sla_breached.resolution': 0,
    },
    needsTarget: SLA_KINDS,
  },
  {
    ...SLA_GAUGE,
    id: 'sla-running',
    better: 0,
    label: 'Targets running',
    prose: 'Clocks of targets that run now and are not breached; a conversation may have several.',
    gauge: 'sla_running',
  },
  {
    ...SLA_GAUGE,
    id: 'sla-breached-open',
    label: 'Breached, open',
    prose: 'Open conversations with a target that has passed while its clock still runs.',
    gauge: 'sla_breached',
  },
  ...[5, 15, 30, 60].map((minutes) => ({
    ...SLA_GAUGE,
    id: `sla-due-${minutes}m`,
    label: `Due in ${minutes} min`,
    prose: `Running clocks whose target passes within ${minutes} minutes if nothing happens.`,
    gauge: { slaDueWithinMs: minutes * MINUTE_MS },
  })),
  {
    ...COST_PER,
    id: 'total-support-cost',
    grade: 'F',
    additive: true,
    floor: 0,
    label: 'Cost',
    prose: 'Cost accrued over the window, all categories, up to the last 5 s edge.',
    per: null,
  },
  {
    ...COST_PER,
    id: 'cost-per-contact',
    grade: 'B',
    label: 'Cost per contact',
    prose:
      'Cost of the window over the contacts handled in it. Each conversation once: rework makes it dearer.',
    per: 'contacts-handled',
  },
  {
    ...COST_PER,
    id: 'cost-per-resolution',
    grade: 'B',
    label: 'Cost per resolution',
    prose: 'Cost of the window over the conversations resolved in it; unresolved work is in it.',
    per: 'contacts-resolved',
  },
  {
    ...COST_PER,
    id: 'cost-per-episode',
    grade: 'B',
    label: 'Cost per episode',
    prose: 'Cost of the window over the episodes handled in it: those who come back count again.',
    per: 'episodes-handled',
  },
];

const BY_ID: ReadonlyMap<string, MetricDefinition> = new Map(CATALOGUE.map((m) => [m.id, m]));

export function metricDefinition(id: string): MetricDefinition | null {
  return BY_ID.get(id) ?? null;
}
