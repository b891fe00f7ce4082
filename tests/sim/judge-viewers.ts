/** I4: every subscriber ends with the values that a fresh fold has at the head of the log. */
import { alertCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Alert } from '@sapwood/core/alert';
import type { FactFold } from '@sapwood/core/fold';
import { seriesOf, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { comparable } from './comparable.ts';
import type { Evidence } from './evidence.ts';
import type { Shown, Viewer } from './viewer.ts';

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

/** What screens showed, by the offset of the frame that it stood under. */
export function screensByOffset(viewers: readonly Viewer[]): Map<number, Shown[]> {
  const screens = new Map<number, Shown[]>();
  for (const { notes } of viewers) {
    for (const note of notes) {
      const known = screens.get(note.offset);
      if (known) known.push(note);
      else screens.set(note.offset, [note]);
    }
  }
  return screens;
}

/** I5: every value shown is valid at its frame's V, also one that did not come with it. */
export function compareScreens(
  fold: FactFold,
  screens: readonly Shown[],
  problem: (text: string) => void,
): void {
  const truths = new Map<string, string>();
  for (const { key, series, offset } of screens) {
    const name = `${series.workspace}/${key}`;
    const fresh = truths.get(name) ?? comparableAt(fold, name);
    truths.set(name, fresh);
    const shown = comparable(series);
    if (shown === fresh) continue;
    problem(
      `I5 ${key} of ${series.offset} stood under ${offset}: ${shown.slice(0, 200)}, not ${fresh.slice(0, 200)}`,
    );
    return;
  }
}

function comparableAt(fold: FactFold, name: string): string {
  const series = fold.read(name)?.series;
  return series ? comparable({ ...series, topology: TOPOLOGY }) : 'nothing';
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
