/** Fixed rules of the tree file (anomaly.md 11.1): bounds in the watched thing's unit, checked. */
import { metricDefinition } from '../metrics/catalogue.ts';
import type { NamedMetric, SheetForm, SheetUnit } from '../metrics/sheet.ts';
import { MINUTE_MS } from '../time/instant.ts';
import type { DocumentPath, Problems } from './problems.ts';
import { parseQuantity } from './quantity.ts';
import type { AlertRule } from './tree.ts';

const RULE_KEYS = [
  'id',
  'on',
  'over',
  'by',
  'direction',
  'warn',
  'high',
  'pending',
  'recovers',
  'minN',
] as const;
const STEP_MS = 5_000;
/** Longest span a rule may sum: the steps of two hours are kept one by one. */
const OVER_MS_MAX: number = 120 * MINUTE_MS;
const PENDING_MS_MAX: number = 24 * 60 * MINUTE_MS;
const RULES_PER_NODE_MAX = 20;

interface RuleContext {
  readonly problems: Problems;
  readonly metric: NamedMetric;
  readonly currency: string | null;
}

/** The unit of what a rule watches. */
export function watchedUnit(on: AlertRule['on'], metric: NamedMetric): SheetUnit {
  if (on === 'waiting') return 'count';
  return on === 'oldest' ? 'ms' : metric.unit;
}

export function compileRules(
  value: unknown,
  path: DocumentPath,
  context: RuleContext,
): readonly AlertRule[] {
  if (value === undefined) return [];
  const items = context.problems.list(value, path);
  if (items.length > RULES_PER_NODE_MAX) {
    context.problems.add(path, `at most ${RULES_PER_NODE_MAX} rules on a node`);
    return [];
  }
  const rules: AlertRule[] = [];
  items.forEach((item, i) => {
    const rule = compileRule(item, [...path, i], context);
    if (rule && rules.some((other) => other.id === rule.id)) {
      context.problems.add([...path, i, 'id'], `rule "${rule.id}" stands here twice`);
    } else if (rule) rules.push(rule);
  });
  return rules;
}

function compileRule(value: unknown, path: DocumentPath, context: RuleContext): AlertRule | null {
  const { problems, metric } = context;
  const before = problems.found.length;
  const map = problems.map(value, path, RULE_KEYS);
  if (map === null) return null;
  const id = problems.text(map['id'], [...path, 'id']);
  const on = compileOn(map['on'], [...path, 'on'], context);
  if (id === null || on === null) return null;
  const unit = watchedUnit(on, metric);
  const amount = (key: string, as: SheetUnit): number | null => {
    if (map[key] === undefined || map[key] === null) return null;
    const parsed = parseQuantity(map[key], as, context.currency);
    if ('value' in parsed) return parsed.value;
    problems.add([...path, key], parsed.problem);
    return null;
  };
  const warn = amount('warn', unit);
  const high = amount('high', unit);
  const recovers = amount('recovers', unit) ?? warn ?? high;
  const by = compileBy(map['by'], [...path, 'by'], context);
  const direction = directionOf(map['direction'], path, { warn, high, recovers }, context);
  const rule: AlertRule = {
    id,
    on,
    overMs: amount('over', 'ms') ?? (on === 'value' ? 15 * MINUTE_MS : STEP_MS),
    by,
    direction,
    warn,
    high,
    pendingMs: amount('pending', 'ms') ?? 0,
    recovers: recovers ?? 0,
    minN: amount('minN', 'count') ?? 0,
  };
  if (problems.found.length > before) return null;
  checkRule(rule, map, path, problems);
  return problems.found.length > before ? null : rule;
}

/** Why a value cannot be watched: of these forms steps do not add up to it. */
const UNSUMMED: Readonly<Partial<Record<SheetForm, string>>> = {
  DUR: 'is a median: watch "waiting" or "oldest" instead',
  // Each conversation counts once in a window, so steps of a distinct ratio do not add up either.
  RATIO: 'counts each conversation once',
  COHORT: 'changes long after',
  DIST: 'is told by classes, shares of a whole',
  GAUGE: 'is read as it stands',
};

/** null: it can. */
function unsummedBy({ id, form, unit }: NamedMetric): string | null {
  const why = UNSUMMED[form];
  if (why === undefined || form === 'DUR') return why ?? null;
  const isScore = metricDefinition(id)?.composite !== undefined;
  const average = isScore ? 'is a score, read from other metrics over days' : 'is an average';
  const what = form === 'RATIO' && unit === 'milli' ? average : why;
  return `${what}: it does not add up over steps; give it a "target", which is judged as it stands`;
}

function compileOn(
  value: unknown,
  path: DocumentPath,
  { problems, metric }: RuleContext,
): AlertRule['on'] | null {
  if (typeof value === 'string' && /^(p\d+|median|mean|max)$/.test(value)) {
    problems.add(path, `a rule cannot watch "${value}": quantiles do not add up over steps`);
    return null;
  }
  const on = problems.oneOf(value ?? 'value', path, ['value', 'waiting', 'oldest']);
  const unsummed = on === 'value' ? unsummedBy(metric) : null;
  if (unsummed !== null) {
    problems.add(path, `"${metric.id}" ${unsummed}`);
    return null;
  }
  if (on !== null && on !== 'value' && metric.form !== 'DUR') {
    problems.add(path, `nobody waits in "${metric.id}": only durations have "${on}"`);
    return null;
  }
  return on;
}

function compileBy(
  value: unknown,
  path: DocumentPath,
  { problems, metric }: RuleContext,
): AlertRule['by'] {
  if (value === undefined || value === null) return null;
  const dimension = problems.oneOf(value, path, ['channel', 'team']);
  if (dimension !== null && !metric.dims.includes(dimension)) {
    problems.add(path, `"${metric.id}" is not counted by ${dimension}`);
  }
  return dimension;
}

/** Written out, or read from the bounds: recovery lies on the healthy side. */
function directionOf(
  value: unknown,
  path: DocumentPath,
  bounds: { readonly warn: number | null; readonly high: number | null; recovers: number | null },
  { problems }: RuleContext,
): AlertRule['direction'] {
  if (value !== undefined) {
    return problems.oneOf(value, [...path, 'direction'], ['above', 'below']) ?? 'above';
  }
  const { warn, high, recovers } = bounds;
  if (warn !== null && high !== null && warn !== high) return high > warn ? 'above' : 'below';
  const bound = warn ?? high;
  return bound !== null && recovers !== null && recovers > bound ? 'below' : 'above';
}

function checkRule(
  rule: AlertRule,
  map: Readonly<Record<string, unknown>>,
  path: DocumentPath,
  problems: Problems,
): void {
  const { warn, high, recovers, direction } = rule;
  const sign = direction === 'above' ? 1 : -1;
  const first = warn ?? high;
  if (first === null) problems.add(path, 'a rule needs "warn" or "high"');
  if (warn !== null && high !== null && sign * (high - warn) <= 0) {
    problems.add([...path, 'high'], `"high" must lie ${direction} "warn"`);
  }
  if (first !== null && sign * (first - recovers) < 0) {
    const side = direction === 'above' ? 'above' : 'below';
    problems.add(
      [...path, 'recovers'],
      `"recovers" must not lie ${side} the bound it recovers from`,
    );
  }
  if (rule.on !== 'value' && map['over'] !== undefined) {
    problems.add([...path, 'over'], `"over" sums values; "${rule.on}" is read at each step`);
  }
  if (rule.overMs % STEP_MS !== 0 || rule.overMs < STEP_MS || rule.overMs > OVER_MS_MAX) {
    problems.add([...path, 'over'], '"over" is a multiple of 5 s, at most 2 h');
  }
  if (rule.pendingMs < 0 || rule.pendingMs > PENDING_MS_MAX) {
    problems.add([...path, 'pending'], '"pending" lies between 0 and 24 h');
  }
  if (rule.minN < 0) problems.add([...path, 'minN'], '"minN" must not be negative');
}
