/**
 * What Pylon's REST API answers (pylon.md 4). Its own OpenAPI marks nothing nullable although real
 * answers contain nulls, so every field is optional and nullable here and unknown ones pass.
 */
import { z } from 'zod';

export interface RestRef {
  readonly id?: string | null | undefined;
  readonly email?: string | null | undefined;
}
export interface RestCustomField {
  readonly value?: string | null | undefined;
  readonly values?: readonly string[] | null | undefined;
}
export interface RestIssue {
  readonly id: string;
  readonly number?: number | null | undefined;
  readonly state?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly source?: string | null | undefined;
  readonly account?: RestRef | null | undefined;
  readonly assignee?: RestRef | null | undefined;
  readonly requester?: RestRef | null | undefined;
  readonly team?: RestRef | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly custom_fields?: Readonly<Record<string, RestCustomField | null>> | null | undefined;
  readonly created_at?: string | null | undefined;
  readonly updated_at?: string | null | undefined;
  readonly latest_message_time?: string | null | undefined;
  readonly resolution_time?: string | null | undefined;
  readonly snoozed_until_time?: string | null | undefined;
  readonly is_issue_group?: boolean | null | undefined;
}
export interface RestAuthor {
  readonly name?: string | null | undefined;
  readonly contact?: RestRef | null | undefined;
  readonly user?: RestRef | null | undefined;
}
export interface RestMessage {
  readonly id: string;
  readonly author?: RestAuthor | null | undefined;
  readonly is_private?: boolean | null | undefined;
  readonly source?: string | null | undefined;
  readonly timestamp?: string | null | undefined;
}
export interface RestStatus {
  readonly slug: string;
  readonly label?: string | null | undefined;
  readonly category?: string | null | undefined;
}
/** Users, teams and accounts, as far as the label directory needs them. */
export interface RestNamed {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly status?: string | null | undefined;
}

const text = z.string().nullish();
const ref = z.looseObject({ id: text, email: text }).nullish();

export const RestIssueSchema: z.ZodType<RestIssue> = z.looseObject({
  id: z.string().min(1).max(128),
  number: z.number().int().nullish(),
  state: text,
  type: text,
  source: text,
  account: ref,
  assignee: ref,
  requester: ref,
  team: ref,
  tags: z.array(z.string()).nullish(),
  custom_fields: z
    .record(
      z.string(),
      z.looseObject({ value: text, values: z.array(z.string()).nullish() }).nullable(),
    )
    .nullish(),
  created_at: text,
  updated_at: text,
  latest_message_time: text,
  resolution_time: text,
  snoozed_until_time: text,
  is_issue_group: z.boolean().nullish(),
});

export const RestMessageSchema: z.ZodType<RestMessage> = z.looseObject({
  id: z.string().min(1).max(128),
  author: z.looseObject({ name: text, contact: ref, user: ref }).nullish(),
  is_private: z.boolean().nullish(),
  source: text,
  timestamp: text,
});

export const RestStatusSchema: z.ZodType<RestStatus> = z.looseObject({
  slug: z.string().min(1).max(128),
  label: text,
  category: text,
});

export const RestNamedSchema: z.ZodType<RestNamed> = z.looseObject({
  id: z.string().min(1).max(128),
  name: text,
  status: text,
});
