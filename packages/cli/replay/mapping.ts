/**
 * What the columns of an event log mean: the mapping file of `sapwood replay` (replay/README.md).
 * Everything is checked before a row is read; an unknown column names those that exist.
 */
import { STATE_CATEGORIES } from '@sapwood/core/facts';
import { didYouMean } from '@sapwood/core/suggest';
import { parseYamlFile, wrongWords } from '@sapwood/service-kit/config';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { readText } from '../read-text.ts';

/** A column, or several joined by a blank. */
export type Columns = string | readonly string[];
/** Every named column equals the value, one of the values, or is not the value. */
export type Match = Readonly<Record<string, string | readonly string[] | { readonly not: string }>>;

export type Category = Exclude<(typeof STATE_CATEGORIES)[number], 'unknown'>;

export interface StatusRule {
  readonly match?: Match | undefined;
  /** Only on the first row of a case. */
  readonly first?: boolean | undefined;
  /** Only once an earlier row of the case matched this. */
  readonly after?: Match | undefined;
  readonly category: Category;
  readonly slug: string;
}

export type AuthorWord = 'customer' | 'human' | 'bot';

export interface MessageRule {
  /** Column whose value names the message; default: case and row. */
  readonly id?: string | undefined;
  /** A constant author, or a column and what its values mean. */
  readonly author_kind:
    | AuthorWord
    | { readonly column: string; readonly values: Readonly<Record<string, AuthorWord>> };
  readonly author?: Columns | undefined;
  readonly private?: boolean | undefined;
}

export interface EventRule {
  readonly at: Columns;
  readonly when?: Match | undefined;
  /** A constant, or `{column: …}`; beats the mapping's own. */
  readonly set?: Readonly<Record<SetField, string | { readonly column: Columns }>> | undefined;
  readonly message?: MessageRule | undefined;
}
export const SET_FIELDS = ['status', 'team', 'assignee', 'priority', 'channel', 'account'] as const;
export type SetField = (typeof SET_FIELDS)[number];

export interface Mapping {
  readonly delimiter: string;
  /** Columns that name a case; `#row` makes each row one. */
  readonly case: Columns;
  readonly time: {
    /** `iso` for RFC 3339, else a Luxon format. */
    readonly format: string;
    readonly zone: string;
    /** An instant this many hours before the row's first one belongs to the next day. */
    readonly rollover_h?: number | undefined;
  };
  readonly skip?: readonly Match[] | undefined;
  readonly events: readonly EventRule[];
  readonly status: readonly StatusRule[];
  readonly close: 'last-row' | 'category';
  readonly messages: 'read' | 'none';
  readonly team?: Columns | undefined;
  readonly assignee?: Columns | undefined;
  readonly priority?: Columns | undefined;
  readonly channel?: Columns | undefined;
  readonly account?: Columns | undefined;
  /** Constants for fields that no column has. */
  readonly constants: Readonly<Partial<Record<SetField, string>>>;
  /** Owners that are systems, not people: an automation owns nothing. */
  readonly automations: readonly string[];
}

const Text = z.string().min(1);
const ColumnsSchema = z.union([Text, z.array(Text).min(1)]);
const MatchSchema = z.record(
  Text,
  z.union([z.string(), z.array(z.string()), z.strictObject({ not: z.string() })]),
);
const CATEGORIES = STATE_CATEGORIES.filter((c) => c !== 'unknown') as [Category, ...Category[]];
const Author = z.enum(['customer', 'human', 'bot']);
const SetValue = z.union([z.string(), z.strictObject({ column: ColumnsSchema })]);
const Schema = z.strictObject({
  delimiter: z.string().default(','),
  case: ColumnsSchema,
  time: z.strictObject({
    format: Text,
    zone: z.string().refine((zone) => IANAZone.isValidZone(zone), 'no such time zone'),
    rollover_h: z.number().positive().optional(),
  }),
  skip: z.array(MatchSchema).optional(),
  events: z
    .array(
      z.strictObject({
        at: ColumnsSchema,
        when: MatchSchema.optional(),
        set: z.partialRecord(z.enum(SET_FIELDS), SetValue).optional(),
        message: z
          .strictObject({
            id: Text.optional(),
            author_kind: z.union([
              Author,
              z.strictObject({ column: Text, values: z.record(z.string(), Author) }),
            ]),
            author: ColumnsSchema.optional(),
            private: z.boolean().optional(),
          })
          .optional(),
      }),
    )
    .min(1),
  status: z
    .array(
      z.strictObject({
        match: MatchSchema.optional(),
        first: z.boolean().optional(),
        after: MatchSchema.optional(),
        category: z.enum(CATEGORIES),
        slug: z.string().regex(/^[a-z0-9_]{1,64}$/, 'a slug is a-z, 0-9 and _'),
      }),
    )
    .default([]),
  close: z.enum(['last-row', 'category']).default('category'),
  messages: z.enum(['read', 'none']).default('read'),
  team: ColumnsSchema.optional(),
  assignee: ColumnsSchema.optional(),
  priority: ColumnsSchema.optional(),
  channel: ColumnsSchema.optional(),
  account: ColumnsSchema.optional(),
  constants: z.partialRecord(z.enum(SET_FIELDS), z.string()).default({}),
  automations: z.array(z.string()).default([]),
});

/** A mistake in a mapping or a log, told in one line each. */
export class ReplayError extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ReplayError';
    this.lines = lines;
  }
}

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** Refuses columns that the log does not have, at their place in the file. */
  checkColumns(header: readonly string[]): void;
}

type Path = readonly PropertyKey[];

/** Reads and validates a mapping file. Throws `ReplayError` with every mistake at once. */
export function loadMapping(file: string): LoadedMapping {
  const document = parseYamlFile(file, readText(file));
  if (document.errors.length > 0) throw new ReplayError(document.errors);
  const locate = (path: Path): string => `${file}:${document.locate(path)}`;
  const parsed = Schema.safeParse(document.value, { error: wrongWords });
  if (!parsed.success) {
    throw new ReplayError(
      parsed.error.issues.map(
        (i) => `${locate(i.path)} ${i.path.join('.') || '(top)'}: ${i.message}`,
      ),
    );
  }
  const mapping = parsed.data as Mapping;
  return {
    mapping,
    checkColumns(header) {
      const wrong = columnsOf(mapping).filter(({ column }) => !header.includes(column));
      if (wrong.length === 0) return;
      throw new ReplayError(
        wrong.map(
          ({ path, column }) =>
            `${locate(path)} ${path.join('.')}: the log has no column "${column}"${didYouMean(column, header)}; it has ${header.join(', ')}`,
        ),
      );
    },
  };
}

/** Every column that a mapping names, with its path. */
function columnsOf(mapping: Mapping): { path: Path; column: string }[] {
  const found: { path: Path; column: string }[] = [];
  const add = (path: Path, columns: Columns | undefined): void => {
    for (const column of asList(columns)) if (column !== '#row') found.push({ path, column });
  };
  const addMatch = (path: Path, match: Match | undefined): void => {
    for (const column of Object.keys(match ?? {})) found.push({ path: [...path, column], column });
  };
  add(['case'], mapping.case);
  for (const field of ['team', 'assignee', 'priority', 'channel', 'account'] as const) {
    add([field], mapping[field]);
  }
  mapping.skip?.forEach((match, i) => void addMatch(['skip', i], match));
  mapping.status.forEach((rule, i) => {
    addMatch(['status', i, 'match'], rule.match);
    addMatch(['status', i, 'after'], rule.after);
  });
  mapping.events.forEach((event, i) => {
    add(['events', i, 'at'], event.at);
    addMatch(['events', i, 'when'], event.when);
    add(['events', i, 'message', 'author'], event.message?.author);
    add(['events', i, 'message', 'id'], event.message?.id);
    const kind = event.message?.author_kind;
    if (typeof kind === 'object') add(['events', i, 'message', 'author_kind'], kind.column);
    for (const [field, value] of Object.entries(event.set ?? {})) {
      if (typeof value === 'object') add(['events', i, 'set', field], value.column);
    }
  });
  return found;
}

export function asList(columns: Columns | undefined): readonly string[] {
  if (columns === undefined) return [];
  return typeof columns === 'string' ? [columns] : columns;
}
