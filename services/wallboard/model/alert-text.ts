/** An alert in a few words; the strip takes as many as fit. */
import type { Alert } from '@sapwood/core/alert';
import type { Unit } from '@sapwood/core/metrics';
import { UNITS } from '@sapwood/core/metrics';
import { durationParts, plain, valueParts } from './format.ts';
import { fullName, metricName, type Names } from './names.ts';

export interface AlertWords {
  readonly what: string;
  readonly value: string;
  readonly against: string;
  readonly since: string;
  readonly owner: string;
  readonly path: string;
}

function amount(value: number, unit: string, currency: string): string {
  const known = UNITS.find((one) => one === unit);
  return plain(valueParts(value, (known ?? 'count') as Unit, currency));
}

function subject(alert: Alert, names: Names): string {
  const name = fullName(names, alert.series);
  if (alert.on === 'waiting') return `${name}, waiting`;
  return alert.on === 'oldest' ? `${name}, oldest wait` : name;
}

/** A role as people write it: "support-ops" is "support ops". */
export function roleText(owner: string): string {
  return owner.replace(/[-_]+/g, ' ');
}

export function alertWords(alert: Alert, names: Names, currency: string, now: number): AlertWords {
  const limit = amount(alert.bound, alert.unit, currency);
  return {
    what: subject(alert, names),
    value: amount(alert.value, alert.unit, currency),
    against: alert.direction === 'above' ? `limit ${limit}` : `at least ${limit} expected`,
    since: plain(durationParts(Math.max(0, now - alert.since))),
    owner: roleText(alert.owner),
    path: alert.path.map((id) => metricName(names, id)).join(' › '),
  };
}
