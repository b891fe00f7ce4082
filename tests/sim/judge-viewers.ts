/** I4: every subscriber ends with the values that a fresh fold has at the head of the log. */
import { alertCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Alert } from '@sapwood/core/alert';
import type { FactFold } from '@sapwood/core/fold';
import { seriesOf } from '../../packages/cli/compose.ts';
import { comparable } from './comparable.ts';
import type { Evidence } from './verdict.ts';
import type { Viewer } from './viewer.ts';

export function judgeViewers(evidence: Evidence, fold: FactFold, high: number): void {
  for (const viewer of evidence.viewers) {
    if (!viewer.connected) {
      evidence.problem(`I4 ${viewer.name} is not connected`);
      continue;
    }
    judgeValues(evidence, viewer, fold, high);
    judgeAlerts(evidence, viewer);
  }
}

function judgeValues(
  { problem }: Evidence,
  { name, workspace, state }: Viewer,
  fold: FactFold,
  high: number,
): void {
  if (state.frame?.offset !== high) {
    problem(`I4 ${name} stands at ${state.frame?.offset}, the log ends at ${high}`);
  }
  if (state.frame?.catchingUp) problem(`I4 ${name} is told that values are catching up`);
  const truth = seriesOf(fold, workspace, high);
  for (const key of new Set([...truth.keys(), ...state.values.keys()])) {
    const expected = truth.get(key);
    const shown = state.values.get(key);
    const a = shown ? comparable(shown) : 'nothing';
    const b = expected ? comparable(expected) : 'nothing';
    if (a === b) continue;
    problem(
      `I4 ${name} shows ${key} of ${shown?.offset}: ${a.slice(0, 300)}, not ${b.slice(0, 300)}`,
    );
    return;
  }
}

function judgeAlerts({ accountant, problem }: Evidence, { name, workspace, state }: Viewer): void {
  const standing = new Map<string, Alert>();
  for (const { value } of accountant.records(TOPICS.alerts.name)) {
    const alert = alertCodec.decode(value!);
    if (alert.workspace !== workspace) continue;
    const before = standing.get(alert.alertId);
    if (!before || alert.revision > before.revision) standing.set(alert.alertId, alert);
  }
  for (const [id, alert] of standing) {
    const isOver = alert.status === 'resolved' || alert.phase === 'ok';
    const shown = state.alerts.get(id)?.revision ?? null;
    const expected = isOver ? null : alert.revision;
    if (shown !== expected) problem(`I6 ${name}: alert ${id} at ${shown}, should be ${expected}`);
  }
}
