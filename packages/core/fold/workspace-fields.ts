/** What is stored of a workspace beside its conversations and its sampler: fields of text and back. */
import type { CalendarVersion } from '../directory/calendar.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import type { Directory } from '../directory/directory.ts';
import type { Tiers } from '../directory/tiers.ts';
import type { CostEntry, SourceHeartbeat } from '../facts/fact.ts';
import type { Fate } from '../fold-contract.ts';
import type { WindowsState } from '../metrics/windows-state.ts';
import { canonicalJson } from '../num/integer.ts';
import type { CorrectionBook } from './correction-book.ts';
import type { Deferred } from './derivations.ts';
import type { Merges } from './merges.ts';
import type { PastDays } from './past-days.ts';
import type { PastQuarters } from './past-quarters.ts';
import type { ShownSeries } from './shown-series.ts';
import type { Totals } from './totals.ts';

export interface WorkspaceFields {
  config: WorkspaceConfig | null;
  configHash: string;
  /** None while no configuration told of one. */
  calendars: readonly CalendarVersion[];
  firstAt: number | null;
  deferred: Deferred | null;
  /** Log time since when rows of a dimension are told, by `metric{dimension`. */
  readonly rowsSince: Map<string, number>;
  readonly pastDays: PastDays;
  readonly pastQuarters: PastQuarters;
  readonly windows: Pick<WindowsState, 'tags'>;
  readonly shown: Pick<ShownSeries, 'rows' | 'isHidden' | 'restoreRow'>;
  readonly totals: Totals;
  readonly fates: Record<Fate, number>;
  readonly costs: Map<string, CostEntry>;
  readonly heartbeats: Map<string, SourceHeartbeat>;
  readonly directory: Directory;
  readonly tiers: Tiers;
  readonly corrections: CorrectionBook;
  readonly merges: Merges;
}

export function splitField(field: string): [kind: string, id: string] {
  const slash = field.indexOf('/');
  return slash < 0 ? [field, ''] : [field.slice(0, slash), field.slice(slash + 1)];
}

/** Names of what there is now, some of which may be empty. */
export function* fieldNames(fields: WorkspaceFields): Generator<string> {
  yield* ['calendars', 'config', 'deferred', 'fates', 'meta', 'since', 'totals'];
  for (const id of fields.costs.keys()) yield `cost/${id}`;
  for (const id of fields.heartbeats.keys()) yield `hb/${id}`;
  for (const id of fields.tiers.ids()) yield `tier/${id}`;
  for (const { id } of fields.corrections.all()) yield `corr/${id}`;
  for (const id of fields.merges.ids()) yield `merge/${id}`;
  for (const cell of fields.pastDays.cells()) yield `day/${cell}`;
  for (const row of fields.pastQuarters.rows()) yield `quarter/${row}`;
  for (const tag of fields.windows.tags.values()) yield `tag/${tag}`;
  for (const row of fields.shown.rows) yield `row/${row}`;
  yield* fields.directory.fieldNames();
}

/** Null: there is nothing to store, or no longer. */
export function encodeField(fields: WorkspaceFields, kind: string, id: string): string | null {
  const value = storedValue(fields, kind, id);
  return value === null || value === undefined ? null : canonicalJson(value);
}

function storedValue(fields: WorkspaceFields, kind: string, id: string): unknown {
  const { config, configHash, calendars, firstAt, shown } = fields;
  switch (kind) {
    case 'cost':
      return fields.costs.get(id);
    case 'hb':
      return fields.heartbeats.get(id);
    case 'tier':
      return fields.tiers.stored(id);
    case 'corr':
      return fields.corrections.get(id);
    case 'merge':
      return fields.merges.of(id);
    case 'calendars':
      return calendars.length === 0 ? null : calendars;
    case 'config':
      return config && { hash: configHash, config };
    case 'meta':
      return firstAt === null ? null : { firstAt };
    case 'day':
      return fields.pastDays.stored(id);
    case 'quarter':
      return fields.pastQuarters.stored(id);
    case 'tag':
      return fields.windows.tags.at(id);
    case 'since':
      return fields.rowsSince.size === 0 ? null : Object.fromEntries(fields.rowsSince);
    case 'row':
      return shown.isHidden(id) ? 'hidden' : 'shown';
    case 'totals':
      return fields.totals;
    case 'fates':
      return fields.fates;
    case 'deferred':
      return fields.deferred;
    case 'acct':
    case 'team':
    case 'user':
      return fields.directory.stored(kind, id);
    default:
      throw new TypeError(`a workspace has no field ${kind}`);
  }
}

export function decodeField(fields: WorkspaceFields, kind: string, id: string, text: string): void {
  const value = JSON.parse(text);
  if (fields.directory.restore(kind, id, value)) return;
  if (kind === 'cost') fields.costs.set(id, value);
  else if (kind === 'hb') fields.heartbeats.set(id, value);
  else if (kind === 'tier') fields.tiers.restore(id, value);
  else if (kind === 'corr') fields.corrections.restore(value);
  else if (kind === 'merge') fields.merges.restore(id, value);
  else if (kind === 'meta') fields.firstAt = value.firstAt;
  else if (kind === 'day') fields.pastDays.restore(id, value);
  else if (kind === 'quarter') fields.pastQuarters.restore(id, value);
  else if (kind === 'tag') fields.windows.tags.restore(id, value);
  else if (kind === 'since') {
    for (const [rows, at] of Object.entries<number>(value)) fields.rowsSince.set(rows, at);
  } else if (kind === 'row') fields.shown.restoreRow(id, value === 'hidden');
  else if (kind === 'totals') Object.assign(fields.totals, value);
  else if (kind === 'fates') Object.assign(fields.fates, value);
  else if (kind === 'deferred') fields.deferred = value;
  else if (kind === 'calendars') fields.calendars = value;
  else if (kind === 'config') {
    fields.config = value.config;
    fields.configHash = value.hash;
  }
}
