/**
 * The catalogue: one entry per metric (design D12). Meaning lives here; the fold, the docs, the
 * API and the tooltips read it. A change of meaning is a new version.
 */
import type { TransitionKind } from '../conversation/transition.ts';
import type { Form, Unit } from './value.ts';

/** What one transition of a kind adds to the metric's cell: a fixed count or the duration it ends. */
export type Adds = Readonly<Partial<Record<TransitionKind, number | 'ms'>>>;

export interface MetricDefinition {
  readonly id: string;
  readonly version: number;
  readonly form: Form;
  readonly unit: Unit;
  /** -1 lower is better, +1 higher, 0 neither. */
  readonly better: -1 | 0 | 1;
  readonly grade: 'E' | 'B' | 'F';
  readonly additive: boolean;
  /** Below this n a value gets no colour, rank or alert; 0 = no floor. */
  readonly floor: number;
  readonly dims: readonly ('channel' | 'team')[];
  readonly label: string;
  readonly prose: string;
  /** COUNT and DUR: what feeds the cell. */
  readonly adds?: Adds;
  /** RATIO: distinct conversations with a transition of `num` among those with one of `den`. */
  readonly distinct?: {
    readonly num: readonly TransitionKind[];
    readonly den: readonly TransitionKind[];
  };
  /** MONEY: cost alone, or cost over the count of another metric. */
  readonly per?: string | null;
  /** Needs messages: unknown where a source has none (`no_messages`). */
  readonly needsMessages?: true;
}

export const CATALOGUE: readonly MetricDefinition[] = [
  {
    id: 'conversation-volume',
    version: 1,
    form: 'COUNT',
    unit: 'count',
    better: 0,
    grade: 'E',
    additive: true,
    floor: 0,
    dims: ['channel', 'team'],
    label: 'Volume',
    prose:
      'Conversations opened by a customer in the window. Proactive ones, spam and imports are out.',
    adds: { opened: 1 },
  },
  {
    id: 'first-response-time',
    version: 1,
    form: 'DUR',
    unit: 'ms',
    better: -1,
    grade: 'E',
    additive: false,
    floor: 10,
    dims: ['channel', 'team'],
    label: 'First reply',
    prose:
      'From the first customer message to the first public human reply. The value is the median (p50) of those answered in the window; who still waits stands beside it.',
    adds: { first_reply_human: 'ms' },
    needsMessages: true,
  },
  {
    id: 'conversation-handoff-rate',
    version: 1,
    form: 'RATIO',
    unit: 'ppm',
    better: -1,
    grade: 'B',
    additive: false,
    floor: 20,
    dims: ['channel', 'team'],
    label: 'Handoffs',
    prose:
      'Distinct conversations handed to another agent or team after the first human reply, of those worked on in the window.',
    distinct: { num: ['handed_off.agent', 'handed_off.team'], den: ['worked'] },
  },
  {
    id: 'contacts-handled',
    version: 1,
    form: 'COUNT',
    unit: 'count',
    better: 0,
    grade: 'E',
    additive: true,
    floor: 0,
    dims: ['channel', 'team'],
    label: 'Handled',
    prose: 'Conversations first handled in the window: a team message or a close. Each once.',
    adds: { handled: 1 },
  },
  {
    id: 'contacts-unhandled-change',
    version: 1,
    form: 'COUNT',
    unit: 'count',
    better: -1,
    grade: 'E',
    additive: true,
    floor: 0,
    dims: ['channel', 'team'],
    label: 'Unhandled, change',
    prose: 'Change of the number of opened conversations that nobody has handled yet.',
    adds: { opened: 1, handled: -1 },
  },
  {
    id: 'total-support-cost',
    version: 1,
    form: 'MONEY',
    unit: 'micro',
    better: -1,
    grade: 'F',
    additive: true,
    floor: 0,
    dims: [],
    label: 'Cost',
    prose: 'Cost accrued over the window, all categories, up to the last 5 s edge.',
    per: null,
  },
  {
    id: 'cost-per-contact',
    version: 1,
    form: 'MONEY',
    unit: 'micro',
    better: -1,
    grade: 'B',
    additive: false,
    floor: 20,
    dims: [],
    label: 'Cost per contact',
    prose:
      'Cost of the window over the contacts handled in it. Each conversation once: rework makes it dearer.',
    per: 'contacts-handled',
  },
];

const BY_ID: ReadonlyMap<string, MetricDefinition> = new Map(CATALOGUE.map((m) => [m.id, m]));

export function metricDefinition(id: string): MetricDefinition | null {
  return BY_ID.get(id) ?? null;
}
