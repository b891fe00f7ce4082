/** From rows to instants: what each case looked like from when on, in file order. */
import { STATE_CATEGORIES } from '@sapwood/core/facts';
import { DateTime } from 'luxon';
import type { Category, Columns, EventRule, Mapping, Match, SetField } from './mapping.ts';
import { asList, ReplayError } from './mapping.ts';
import type { Row, Table } from './table.ts';

export interface CaseMessage {
  readonly id: string;
  readonly author: 'customer' | 'human' | 'bot';
  /** null where the log does not say who wrote. */
  readonly authorId: string | null;
  readonly private: boolean;
}

/** The issue from this instant on. null = the log says "nobody"; undefined = the log cannot say. */
export interface CaseLook {
  readonly at: number;
  readonly slug: string;
  readonly category: Category;
  readonly team: string | null | undefined;
  readonly assignee: string | null | undefined;
  readonly priority: string | null | undefined;
  readonly channel: string | null | undefined;
  readonly account: string | null | undefined;
  readonly messages: readonly CaseMessage[];
}

export interface Case {
  readonly id: string;
  readonly looks: readonly CaseLook[];
}

export interface Cases {
  readonly cases: readonly Case[];
  readonly statuses: ReadonlyMap<string, Category>;
  /** Owners, as joined, one of whose columns names an automation. */
  readonly automations: ReadonlySet<string>;
  /** Rows read, instants after equal ones collapsed, and those moved to keep file order. */
  readonly rows: number;
  readonly instants: number;
  readonly reordered: number;
}

const CLOSED = { category: 'closed', slug: 'closed' } as const;
const OPEN = { category: 'new', slug: 'new' } as const;

/** Throws `ReplayError` for a row whose time cannot be read, naming file and line. */
export function readCases(file: string, table: Table, mapping: Mapping): Cases {
  const byCase = new Map<string, Row[]>();
  for (const row of table.rows) {
    if (mapping.skip?.some((match) => matches(row, match))) continue;
    const id = caseOf(row, mapping.case);
    const rows = byCase.get(id);
    if (rows) rows.push(row);
    else byCase.set(id, [row]);
  }
  let reordered = 0;
  let instants = 0;
  const cases: Case[] = [];
  for (const [id, rows] of byCase) {
    const read = readCase(file, id, rows, mapping);
    reordered += read.reordered;
    instants += read.looks.length;
    if (read.looks.length > 0) cases.push({ id, looks: read.looks });
  }
  const statuses = new Map<string, Category>([
    [OPEN.slug, OPEN.category],
    [CLOSED.slug, CLOSED.category],
  ]);
  for (const rule of mapping.status) statuses.set(rule.slug, rule.category);
  const automations = automationsOf(table, mapping);
  return { cases, statuses, automations, rows: table.rows.length, instants, reordered };
}

function automationsOf({ rows }: Table, mapping: Mapping): Set<string> {
  const columns = mapping.events.flatMap(({ set }) => {
    const own = set?.assignee;
    return typeof own === 'object' ? [own.column] : [];
  });
  if (mapping.assignee !== undefined) columns.push(mapping.assignee);
  const found = new Set(mapping.automations);
  for (const row of rows) {
    for (const parts of columns) {
      if (!asList(parts).some((c) => mapping.automations.includes(row.cells[c] ?? ''))) continue;
      const owner = joined(row, parts);
      if (owner !== null) found.add(owner);
    }
  }
  return found;
}

function caseOf(row: Row, columns: Columns): string {
  return asList(columns)
    .map((column) => (column === '#row' ? String(row.line) : (row.cells[column] ?? '')))
    .join('/');
}

interface Draft extends CaseLook {
  readonly row: Row;
}

function readCase(
  file: string,
  id: string,
  rows: readonly Row[],
  mapping: Mapping,
): { looks: CaseLook[]; reordered: number } {
  const drafts: Draft[] = [];
  const seen: Row[] = [];
  let reordered = 0;
  let status: { category: Category; slug: string } = OPEN;
  for (const row of rows) {
    status = statusOf(row, seen, mapping) ?? status;
    seen.push(row);
    for (const { event, at } of instantsOf(file, row, mapping)) {
      const before = drafts.at(-1);
      if (before && at < before.at) reordered += 1;
      const kept = Math.max(at, before?.at ?? at);
      drafts.push({ ...lookOf(id, row, event, status, mapping), at: kept, row });
    }
  }
  if (mapping.close === 'last-row' && drafts.length > 0) {
    drafts.push({ ...drafts.pop()!, ...CLOSED });
  }
  return { looks: collapse(drafts), reordered };
}

/** Instants of one row in order of time, stable: a row may hold several. */
function instantsOf(file: string, row: Row, mapping: Mapping): { event: EventRule; at: number }[] {
  const found: { event: EventRule; at: number }[] = [];
  for (const event of mapping.events) {
    if (event.when && !matches(row, event.when)) continue;
    let at = timeOf(file, row, event.at, mapping);
    const { rollover_h } = mapping.time;
    const first = found[0];
    if (rollover_h && first && at < first.at - rollover_h * 3_600_000) at += 86_400_000;
    found.push({ event, at });
  }
  return found.sort((a, b) => a.at - b.at);
}

function timeOf(file: string, row: Row, columns: Columns, { time }: Mapping): number {
  const text = asList(columns)
    .map((column) => row.cells[column] ?? '')
    .join(' ');
  const parsed =
    time.format === 'iso'
      ? DateTime.fromISO(text, { zone: time.zone })
      : DateTime.fromFormat(text, time.format, { zone: time.zone });
  if (parsed.isValid) return parsed.toMillis();
  throw new ReplayError([
    `${file}:${row.line}: "${text}" in ${asList(columns).join(' ')} is not a time of the format ${time.format}`,
  ]);
}

function lookOf(
  id: string,
  row: Row,
  event: EventRule,
  status: { category: Category; slug: string },
  mapping: Mapping,
): Omit<CaseLook, 'at'> {
  const value = (field: SetField): string | null | undefined => {
    const set = event.set?.[field];
    if (typeof set === 'string') return set === '' ? null : set;
    const columns = set ? set.column : field === 'status' ? undefined : mapping[field];
    if (columns === undefined) return mapping.constants[field];
    return joined(row, columns);
  };
  const slug = value('status');
  const rule = slug ? mapping.status.find((r) => r.slug === slug) : undefined;
  const own = slug ? { slug, category: rule?.category ?? categoryOf(slug) } : status;
  return {
    ...own,
    team: value('team'),
    assignee: value('assignee'),
    priority: value('priority'),
    channel: value('channel'),
    account: value('account'),
    messages: event.message ? [messageOf(id, row, event)] : [],
  };
}

/** A slug that no rule declares: Pylon's five default ones mean themselves. */
function categoryOf(slug: string): Category {
  const known = STATE_CATEGORIES.find((category) => category === slug);
  return known && known !== 'unknown' ? known : 'waiting_on_you';
}

/** Several columns joined by a blank; all empty: nobody. */
function joined(row: Row, columns: Columns): string | null {
  const parts = asList(columns).map((column) => row.cells[column] ?? '');
  return parts.every((part) => part === '') ? null : parts.join(' ');
}

function messageOf(id: string, row: Row, event: EventRule): CaseMessage {
  const rule = event.message!;
  const kind = rule.author_kind;
  const author = typeof kind === 'string' ? kind : kind.values[row.cells[kind.column] ?? ''];
  return {
    id: rule.id ? row.cells[rule.id]! : `${id}:${row.line}:${asList(event.at).join('+')}`,
    author: author ?? 'customer',
    authorId: rule.author === undefined ? null : joined(row, rule.author),
    private: rule.private ?? false,
  };
}

function statusOf(
  row: Row,
  before: readonly Row[],
  mapping: Mapping,
): { category: Category; slug: string } | null {
  for (const rule of mapping.status) {
    if (rule.match && !matches(row, rule.match)) continue;
    if (rule.first && before.length > 0) continue;
    if (rule.after && !before.some((earlier) => matches(earlier, rule.after!))) continue;
    return { category: rule.category, slug: rule.slug };
  }
  return null;
}

function matches(row: Row, match: Match): boolean {
  return Object.entries(match).every(([column, wanted]) => {
    const cell = row.cells[column] ?? '';
    if (typeof wanted === 'string') return cell === wanted;
    return 'not' in wanted ? cell !== wanted.not : wanted.includes(cell);
  });
}

/** Equal instants collapse to the last look; their messages all stand. */
function collapse(drafts: readonly Draft[]): CaseLook[] {
  const looks: CaseLook[] = [];
  for (const { row: _row, ...look } of drafts) {
    const last = looks.at(-1);
    if (last?.at === look.at) {
      looks[looks.length - 1] = { ...look, messages: [...last.messages, ...look.messages] };
    } else {
      looks.push(look);
    }
  }
  return looks;
}
