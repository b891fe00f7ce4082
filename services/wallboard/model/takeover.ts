/** When an alert takes the whole screen (wallboard.md 7): once, briefly, and never from replay. */
import type { Alert } from '@sapwood/core/alert';

export const TAKEOVER_MS = 8_000;
export const TAKEOVER_GAP_MS: number = 2 * 60_000;
/** An alert older than this when it comes is history. */
const FRESH_MS: number = 15 * 60_000;

export interface Takeover {
  readonly alertId: string | null;
  readonly since: number;
}

export const NO_TAKEOVER: Takeover = { alertId: null, since: Number.NEGATIVE_INFINITY };

export function isCritical(alert: Alert): boolean {
  return alert.status === 'firing' && alert.severity === 'high';
}

/** `wasCritical`: this alert was so before this message. `now`: server time. */
export function onAlert(
  state: Takeover,
  alert: Alert,
  wasCritical: boolean,
  now: number,
): Takeover {
  if (!isCritical(alert) || wasCritical || now - alert.at > FRESH_MS) return state;
  if (now - state.since < TAKEOVER_GAP_MS) return state;
  return { alertId: alert.alertId, since: now };
}

/** Ends after its time, or as soon as the alert is over. */
export function onTick(state: Takeover, stillCritical: boolean, now: number): Takeover {
  if (state.alertId === null) return state;
  if (stillCritical && now - state.since < TAKEOVER_MS) return state;
  return { ...state, alertId: null };
}
