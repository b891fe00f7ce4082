/** Targets of a workspace, from how people write them to the policy that the fold obeys. */
import {
  SLA_KINDS,
  SLA_PAUSES,
  type SlaKind,
  type SlaPause,
  type SlaPolicy,
  type SlaTarget,
  type SlaTargets,
} from '@sapwood/core/config';
import { parseQuantity } from '@sapwood/core/quantity';
import { DAY_MS } from '@sapwood/core/time';
import { wrongValue } from '@sapwood/core/vocabulary';
import * as z from 'zod';

/** By kind, then by priority: `1 h`, `8 business h`. */
type TargetsDocument = Partial<Record<SlaKind, Record<string, string>>>;
export interface SlaDocument extends TargetsDocument {
  tiers?: Record<string, TargetsDocument>;
  pause?: SlaPause[];
}

/** A resolution that may take longer is promised to nobody. */
const TARGET_DAYS_MAX = 366;
const ENTRIES_MAX = 50;
const EXPECTED = `expected a duration of up to ${TARGET_DAYS_MAX} d, such as 4 h or 8 business h`;

const target = z.string(EXPECTED).refine((text) => targetOf(text) !== null, { error: EXPECTED });
const word = z.string().min(1, 'must not be empty').max(500);
const byPriority = z.record(word, target).superRefine((targets, context) => {
  for (const name of Object.keys(targets)) {
    const message = name === '*' ? null : wrongValue('priority', name);
    if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
  }
  if (Object.keys(targets).length > ENTRIES_MAX) {
    context.addIssue({ code: 'custom', message: `at most ${ENTRIES_MAX} priorities` });
  }
});
const kinds = {
  first: byPriority.optional(),
  next: byPriority.optional(),
  resolution: byPriority.optional(),
};

const written = z.strictObject({
  ...kinds,
  tiers: z
    .record(word, z.strictObject(kinds))
    .refine((tiers) => Object.keys(tiers).length <= ENTRIES_MAX, `at most ${ENTRIES_MAX} tiers`)
    .optional(),
  pause: z
    .array(z.enum(SLA_PAUSES))
    .refine((pause) => new Set(pause).size === pause.length, 'names a pause twice')
    .optional(),
});

export const slaSchema: z.ZodType = written.refine(({ tiers = {}, ...own }) => {
  const all: Partial<Record<SlaKind, unknown>>[] = [own, ...Object.values(tiers)];
  return all.some((targets) => SLA_KINDS.some((kind) => targets[kind] !== undefined));
}, 'declares no target: give first, next or resolution');

const PAUSE_DEFAULT: readonly SlaPause[] = ['on_hold'];

/** Of a document that the schema has passed. */
export function slaPolicyOf({ tiers, pause = [...PAUSE_DEFAULT], ...own }: SlaDocument): SlaPolicy {
  const byTier = Object.entries(tiers ?? {}).map(([name, one]) => [name, targetsOf(one)] as const);
  return {
    targets: targetsOf(own),
    ...(byTier.length === 0 ? {} : { tiers: Object.fromEntries(byTier) }),
    pauseOn: [...pause].sort(),
  };
}

function targetsOf(document: TargetsDocument): SlaTargets {
  const kinds = SLA_KINDS.flatMap((kind) => {
    const targets = Object.entries(document[kind] ?? {});
    if (targets.length === 0) return [];
    return [[kind, Object.fromEntries(targets.map(([of, text]) => [of, targetOf(text)!]))]];
  });
  return Object.fromEntries(kinds) as SlaTargets;
}

/** `90 m`, `1.5 h` on the wall; `8 business h` in open hours; null: neither. */
function targetOf(text: string): SlaTarget | null {
  const plain = text.replace(/\bbusiness\b/, ' ');
  const parsed = parseQuantity(plain, 'ms', null);
  if (!('value' in parsed) || parsed.value <= 0) return null;
  if (parsed.value > TARGET_DAYS_MAX * DAY_MS) return null;
  return { ms: parsed.value, clock: plain === text ? 'wall' : 'business' };
}
