/** Compiled terms back as a person writes them in a tree file: for diffs, graphs and tooltips. */
import type { SheetUnit } from '../metrics/sheet.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import { type Identity, type Lens, type Raci, ROLES, type Target } from './tree.ts';

const DURATIONS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', SECOND_MS],
  ['ms', 1],
];

/** What `parseQuantity` reads as `value`; money without its currency. */
export function quantityText(value: number, unit: SheetUnit): string {
  switch (unit) {
    case 'count':
      return String(value);
    case 'ms': {
      const [name, ms] = DURATIONS.find(([, one]) => value % one === 0 && value !== 0) ?? ['s', 1];
      return `${value / ms} ${name}`;
    }
    case 'ppm':
      return `${decimal(value, 4)} %`;
    case 'milli':
      return decimal(value, 3);
    case 'micro':
    case 'micro/h':
      return decimal(value, 6);
  }
}

/** `value` over ten to the `places`, digit by digit. */
function decimal(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return `${value < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function targetText(target: Target, unit: SheetUnit): string {
  const amount = (value: number): string =>
    quantityText(value, unit).replace(/ /, target.clock === 'business' ? ' business ' : ' ');
  const band = target.upTo === undefined ? '' : amount(target.value).replace(/ .*/, '');
  const bound =
    target.upTo === undefined
      ? `${target.op}${amount(target.value)}`
      : `${band}-${amount(target.upTo)}`;
  return [target.of, bound, target.currency, target.source]
    .filter((word) => word !== undefined)
    .join(' ');
}

export function raciText(raci: Raci): string {
  return ROLES.flatMap((role) => (raci[role] === undefined ? [] : [`${role} ${raci[role]}`])).join(
    ', ',
  );
}

export function identityText(identity: Identity): string {
  if (identity.op === 'product') return identity.factors.join(' * ');
  if (identity.op === 'ratio') return `${identity.num} / ${identity.den}`;
  return identity.parts
    .map(({ node, sign }, i) =>
      i === 0 && sign === 1 ? node : `${sign === 1 ? '+' : '-'} ${node}`,
    )
    .join(' ');
}

export function lensText(lens: Lens): string {
  if ('identity' in lens) return identityText(lens.identity);
  return `sum by ${lens.by}: share * ${lens.metric}`;
}

/** `-, after 28 d`. */
export function edgeText({
  sign,
  lagMs,
}: {
  readonly sign: 1 | -1;
  readonly lagMs?: number;
}): string {
  const lag = lagMs === undefined ? '' : `, after ${quantityText(lagMs, 'ms')}`;
  return `${sign === 1 ? '+' : '-'}${lag}`;
}
