/**
 * The life cycle of one alert of a fixed rule (anomaly.md 11, 11.1) as an immutable machine: what a
 * step showed goes in, the next state and whether it must be told come out. No clock, no I/O.
 */
import type { AlertPhase, Severity } from './alert.ts';

/** What one step means to a watch, once accumulated time is taken into account. */
export const WATCH_EVENTS = [
  'crossed',
  'held',
  'between',
  'recovered',
  'rested',
  'skipped',
] as const;
/**
 * `crossed`: over the bound, not yet for the pending time; `held`: for that long. `between`: neither
 * over the bound nor recovered. `recovered`: at the recovery value; `rested`: for five minutes there.
 * `skipped`: nothing may be concluded (blind, or too small a sample).
 */
export type WatchEvent = (typeof WATCH_EVENTS)[number];

/** Total on purpose: a new phase or event does not compile until every cell is decided. */
export const NEXT_PHASE: Readonly<Record<AlertPhase, Readonly<Record<WatchEvent, AlertPhase>>>> = {
  ok: {
    crossed: 'pending',
    held: 'open',
    between: 'ok',
    recovered: 'ok',
    rested: 'ok',
    skipped: 'ok',
  },
  pending: {
    crossed: 'pending',
    held: 'open',
    between: 'ok',
    recovered: 'ok',
    rested: 'ok',
    skipped: 'pending',
  },
  open: {
    crossed: 'open',
    held: 'open',
    between: 'open',
    recovered: 'clearing',
    rested: 'clearing',
    skipped: 'open',
  },
  clearing: {
    crossed: 'open',
    held: 'open',
    between: 'open',
    recovered: 'clearing',
    rested: 'resolved',
    skipped: 'clearing',
  },
  // A second rise soon after is built up in silence: the reader is told when it opens again.
  resolved: {
    crossed: 'resolved',
    held: 'open',
    between: 'resolved',
    recovered: 'resolved',
    rested: 'resolved',
    skipped: 'resolved',
  },
};

/** Resolved after this long at the recovery value. */
export const REST_MS = 300_000;
/** The same key again this soon after it resolved is the same alert. */
export const CONTINUE_MS = 3_600_000;
/** An alert that stays open is told again each day. */
export const REMIND_MS = 86_400_000;
/** `trueMs` while no crossing is being built up. */
const NOT_BUILDING = -1;

export interface Machine {
  readonly phase: AlertPhase;
  /** '' while `ok`. */
  readonly alertId: string;
  readonly revision: number;
  readonly severity: Severity;
  /** End of the step that left `ok`. */
  readonly since: number;
  /** Usable time over the bound since its first step there; -1 = not over it. */
  readonly trueMs: number;
  /** Usable time at the recovery value, while clearing. */
  readonly restMs: number;
  readonly resolvedAt: number;
  /** End of the step that the last record was about. */
  readonly toldAt: number;
}

export const IDLE_MACHINE: Machine = {
  phase: 'ok',
  alertId: '',
  revision: 0,
  severity: 'notice',
  since: 0,
  trueMs: NOT_BUILDING,
  restMs: 0,
  resolvedAt: 0,
  toldAt: 0,
};

/** What one step showed. `level` is the severity its value earns; null = not over a bound. */
export interface StepShown {
  /** End of the step, epoch ms. */
  readonly at: number;
  readonly usable: boolean;
  readonly level: Severity | null;
  readonly recovered: boolean;
}

export interface MachineInput extends StepShown {
  readonly stepMs: number;
  readonly pendingMs: number;
  /** The id of an alert that leaves `ok` in the step that ends at `since`. */
  readonly newId: (since: number) => string;
}

export interface MachineOutput {
  readonly state: Machine;
  /** A transition, a rise of severity or a daily reminder: one record, with the state's revision. */
  readonly told: boolean;
}

const RANK: Readonly<Record<Severity, number>> = { notice: 0, warning: 1, high: 2 };

/** One step further. Returns the same state object where nothing changed. */
export function stepMachine(before: Machine, input: MachineInput): MachineOutput {
  const state = forgetIfOld(before, input.at);
  if (!input.usable) return { state, told: false };
  const counted = accumulate(state, input);
  const event = eventOf(counted, input);
  const phase = NEXT_PHASE[state.phase][event];
  const begun = phase !== 'ok' && state.phase === 'ok' ? begin(counted, input) : counted;
  return settle(state, begun, phase, input);
}

/** Not while a new rise is being built up: its first step decides whether it is the same alert. */
function forgetIfOld(state: Machine, at: number): Machine {
  const isOld = state.phase === 'resolved' && at - state.resolvedAt > CONTINUE_MS;
  return isOld && state.trueMs === NOT_BUILDING ? IDLE_MACHINE : state;
}

/** Time over the bound counts up to the pending time only, so that an open alert stays the same. */
function accumulate(state: Machine, input: MachineInput): Machine {
  const { level, recovered, stepMs, pendingMs } = input;
  const longer = state.trueMs < 0 ? 0 : Math.min(pendingMs, state.trueMs + stepMs);
  const trueMs = level === null ? NOT_BUILDING : longer;
  const restMs = recovered && state.phase === 'clearing' ? state.restMs + stepMs : 0;
  if (trueMs === state.trueMs && restMs === state.restMs) return state;
  return { ...state, trueMs, restMs };
}

function eventOf(state: Machine, { level, recovered, pendingMs }: MachineInput): WatchEvent {
  if (level !== null) return state.trueMs >= pendingMs ? 'held' : 'crossed';
  if (!recovered) return 'between';
  return state.restMs >= REST_MS ? 'rested' : 'recovered';
}

function begin(state: Machine, { at, newId }: MachineInput): Machine {
  return { ...state, alertId: newId(at), revision: 0, since: at };
}

function settle(
  before: Machine,
  counted: Machine,
  phase: AlertPhase,
  { at, level }: MachineInput,
): MachineOutput {
  const opens = phase === 'open' && (before.phase === 'ok' || isWaitingToOpen(before.phase));
  const severity = severityAfter(before, level, opens || before.phase === 'ok');
  const rises = phase === 'open' && !opens && RANK[severity] > RANK[before.severity];
  const reminds = phase === 'open' && !opens && at - before.toldAt >= REMIND_MS;
  const told = phase !== before.phase || rises || reminds;
  if (!told && severity === counted.severity) return { state: counted, told };
  const state: Machine = {
    ...counted,
    phase,
    severity,
    revision: told ? counted.revision + 1 : counted.revision,
    toldAt: told ? at : counted.toldAt,
    resolvedAt: phase === 'resolved' && before.phase !== 'resolved' ? at : counted.resolvedAt,
  };
  return { state, told };
}

const isWaitingToOpen = (phase: AlertPhase): boolean => phase === 'pending' || phase === 'resolved';

/** An alert takes the step's severity when it begins or opens; after that it only rises. */
function severityAfter(state: Machine, level: Severity | null, fresh: boolean): Severity {
  if (level === null || state.phase === 'resolved')
    return fresh ? (level ?? state.severity) : state.severity;
  return fresh || RANK[level] > RANK[state.severity] ? level : state.severity;
}

/** The rule or its node is gone: what was open resolves, what was pending is dropped. */
export function retireMachine(state: Machine, at: number): MachineOutput {
  if (state.phase === 'ok' || state.phase === 'resolved') {
    return { state: IDLE_MACHINE, told: false };
  }
  const phase: AlertPhase = state.phase === 'pending' ? 'ok' : 'resolved';
  return { state: { ...state, phase, revision: state.revision + 1, resolvedAt: at }, told: true };
}

/** After the record of a pending alert that went back to `ok` nothing of it is kept. */
export function afterTelling(state: Machine): Machine {
  return state.phase === 'ok' ? IDLE_MACHINE : state;
}
