/**
 * The schema registry (ecosystem.md 4): files in `schemas/<subject>/<version>.avsc`, append-only and
 * immutable once merged. The id in the frame of every record is given here, for ever.
 */
import { readFileSync } from 'node:fs';

export interface SchemaVersion {
  readonly id: number;
  readonly subject: string;
  readonly version: number;
  readonly document: Readonly<Record<string, unknown>>;
}

const load = (id: number, subject: string, version: number): SchemaVersion => ({
  id,
  subject,
  version,
  document: JSON.parse(
    readFileSync(new URL(`./schemas/${subject}/${version}.avsc`, import.meta.url), 'utf8'),
  ) as Record<string, unknown>,
});

/** Every version ever published. New ones are appended; none is edited. */
export const SCHEMAS: readonly SchemaVersion[] = [
  load(1, 'raw', 1),
  load(2, 'fact', 1),
  load(3, 'sample', 1),
  load(4, 'metric', 1),
  load(5, 'event', 1),
  load(6, 'alert', 1),
  load(7, 'label', 1),
  load(8, 'quarantined', 1),
  load(9, 'snapshot', 1),
  load(10, 'fact', 2),
  load(11, 'metric', 2),
  load(12, 'fact', 3),
  load(13, 'metric', 3),
  load(14, 'correction', 1),
  load(15, 'metric', 4),
];

/** The newest version of a subject: what writers write. */
export function latestSchema(subject: string): SchemaVersion {
  const found = SCHEMAS.filter((s) => s.subject === subject).at(-1);
  if (!found) throw new Error(`no schema for subject ${subject}`);
  return found;
}
