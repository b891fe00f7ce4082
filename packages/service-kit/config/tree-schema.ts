/**
 * The shape of a tree file for editors: JSON Schema, from zod. `sapwood tree check` judges by meaning, in
 * core's compiler, and all at once; what it accepts this schema must accept.
 */

import { DIMENSIONS } from '@sapwood/core/dimensions';
import { METRIC_IDS, metricSheet } from '@sapwood/core/sheets';
import { AUDIENCES, ROLES } from '@sapwood/core/tree';
import * as z from 'zod';

const text = z.string().min(1).max(500);
const amount = z.union([text, z.number()]);
const metricId = z.enum([...METRIC_IDS].sort()).meta({ id: 'metric' });
const dimension = z.enum(DIMENSIONS).meta({ id: 'dimension' });

const cross = z.array(dimension).min(2).max(3);

const raci = z
  .partialRecord(z.enum(ROLES), text)
  .describe('R responsible, A accountable, C consulted, I informed');
const owner = z
  .union([text, z.record(text, z.union([text, raci]))])
  .describe(
    'Who answers: a name, or roles, or roles and owners per value such as {R: a, email: b}.',
  );

const TARGETS =
  'A bound (<=8 GBP ref), a band (60-80 %), a quantile (p90 <5 s), open hours (8 business h), or the bare amount on the side that is worse; "ref" marks a reference, "def" a starting value.';
const target = z
  .union([amount, z.null(), z.record(text, amount)])
  .describe(`${TARGETS} Or one for each value: {email: <=8 GBP, chat: <=10 GBP}.`);

const rule = z
  .strictObject({
    id: text,
    on: z.enum(['value', 'waiting', 'oldest']).optional(),
    over: text.optional(),
    by: z.enum(['channel', 'team']).nullish(),
    direction: z.enum(['above', 'below']).optional(),
    warn: amount.nullish(),
    high: amount.nullish(),
    pending: text.nullish(),
    recovers: amount.nullish(),
    minN: amount.nullish(),
  })
  .describe('A fixed rule: bounds in the unit of what it watches.');

const node = z
  .strictObject({
    label: text.max(60),
    shortLabel: text.max(60).describe('Where the label does not fit: at most 10 characters.'),
    identity: text.describe(
      'What it is made of, exactly: a / b, a - b, a + b, a * b, sum by category.',
    ),
    lenses: z
      .record(text, text)
      .describe('Other exact views: an identity, or "sum by channel: share * <this metric>".'),
    by: z
      .array(z.union([dimension, cross]))
      .describe(
        'A row for each value of these; of a list in the list, as in [channel, [channel, priority]], for each two or three values together.',
      ),
    target,
    beside: z.array(metricId).describe('It may not get better at their expense.'),
    audience: z.enum(AUDIENCES).describe('Who sees it; money defaults to lead, the rest to floor.'),
    owner,
    alerts: z.array(rule),
  })
  .partial()
  .meta({ id: 'node' });

const edge = z
  .union([
    z.enum(['pos', 'neg']),
    z
      .array(z.union([amount, z.null()]))
      .min(1)
      .max(4),
  ])
  .meta({
    id: 'edge',
    description: '[pos or neg, target or null, responsible], or [pos or neg, lag such as 28 d]',
  });

/** An editor shows what a metric means while its id is chosen. */
const nodes = z.strictObject(
  Object.fromEntries(
    METRIC_IDS.map((id) => [id, node.nullable().optional().describe(metricSheet(id)!.prose)]),
  ),
);

export const treeSchema: z.ZodType = z
  .strictObject({
    tree: text.describe('Its name.'),
    root: metricId.describe('The metric that everything explains.'),
    by: z.array(dimension).optional().describe('Every node that can repeats for each value.'),
    'default-owner': z
      .union([text, raci])
      .optional()
      .describe('Fills up the roles a node leaves out.'),
    nodes: nodes.optional(),
    influence: z
      .partialRecord(metricId, z.partialRecord(metricId, edge))
      .optional()
      .describe('Hypotheses, onto: {from: edge}. Shown apart, never summed.'),
  })
  .describe('A metric tree of Sapwood. Several in one file are parted by ---.');

/** The text that is checked in and that `sapwood tree schema` writes. */
export function treeSchemaText(): string {
  const schema = z.toJSONSchema(treeSchema, { target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
