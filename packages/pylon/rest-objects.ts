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
export type RestCustomFields = Readonly<Record<string, RestCustomField | null>> | null | undefined;
export interface RestExternalIssue {
  readonly source?: string | null | undefined;
  readonly external_id?: string | null | undefined;
}
export interface RestCsatResponse {
  readonly score?: number | null | undefined;
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
  readonly custom_fields?: RestCustomFields;
  readonly created_at?: string | null | undefined;
  readonly updated_at?: string | null | undefined;
  readonly latest_message_time?: string | null | undefined;
  readonly resolution_time?: string | null | undefined;
  readonly snoozed_until_time?: string | null | undefined;
  readonly is_issue_group?: boolean | null | undefined;
  readonly external_issues?: readonly RestExternalIssue[] | null | undefined;
  readonly csat_responses?: readonly RestCsatResponse[] | null | undefined;
  /** Only on open issues with a running target; the first one is newer than the April file. */
  readonly resolution_breach_time?: string | null | undefined;
  readonly first_response_breach_time?: string | null | undefined;
  readonly first_response_seconds?: number | null | undefined;
  readonly business_hours_first_response_seconds?: number | null | undefined;
  readonly resolution_seconds?: number | null | undefined;
  readonly business_hours_resolution_seconds?: number | null | undefined;
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
/** What every object of a directory list has. */
export interface RestNamed {
  readonly id: string;
  readonly name?: string | null | undefined;
}
export interface RestUser extends RestNamed {
  readonly role_id?: string | null | undefined;
  readonly status?: string | null | undefined;
}
export interface RestTeam extends RestNamed {
  readonly users?: readonly RestRef[] | null | undefined;
}
export interface RestAccount extends RestNamed {
  readonly type?: string | null | undefined;
  readonly owner?: RestRef | null | undefined;
  readonly custom_fields?: RestCustomFields;
}
export interface RestContact {
  readonly id: string;
  readonly account?: RestRef | null | undefined;
}

/**
 * Signs that no name has: with them keys and sets are put together, and no bytes can say half a surrogate.
 * They are written out, so that what Pylon tells apart stays apart.
 */
const UNSAID = /[\p{Cc}\p{Cs}]/gu;
const writtenOut = (value: string): string =>
  value.replace(UNSAID, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const word = z.string().transform(writtenOut);
const text = word.nullish();
const ref = z.looseObject({ id: text, email: text }).nullish();
const id = z.string().min(1).max(128).transform(writtenOut);
const seconds = z.number().int().nullish();
const customFields = z
  .record(word, z.looseObject({ value: text, values: z.array(word).nullish() }).nullable())
  .nullish();

export const RestIssueSchema: z.ZodType<RestIssue> = z.looseObject({
  id,
  number: z.number().int().nullish(),
  state: text,
  type: text,
  source: text,
  account: ref,
  assignee: ref,
  requester: ref,
  team: ref,
  tags: z.array(word).nullish(),
  custom_fields: customFields,
  created_at: text,
  updated_at: text,
  latest_message_time: text,
  resolution_time: text,
  snoozed_until_time: text,
  is_issue_group: z.boolean().nullish(),
  external_issues: z.array(z.looseObject({ source: text, external_id: text })).nullish(),
  csat_responses: z.array(z.looseObject({ score: z.number().int().nullish() })).nullish(),
  resolution_breach_time: text,
  first_response_breach_time: text,
  first_response_seconds: seconds,
  business_hours_first_response_seconds: seconds,
  resolution_seconds: seconds,
  business_hours_resolution_seconds: seconds,
});

export const RestMessageSchema: z.ZodType<RestMessage> = z.looseObject({
  id,
  author: z.looseObject({ name: text, contact: ref, user: ref }).nullish(),
  is_private: z.boolean().nullish(),
  source: text,
  timestamp: text,
});

export const RestStatusSchema: z.ZodType<RestStatus> = z.looseObject({
  slug: id,
  label: text,
  category: text,
});

export const RestUserSchema: z.ZodType<RestUser> = z.looseObject({
  id,
  name: text,
  role_id: text,
  status: text,
});

export const RestTeamSchema: z.ZodType<RestTeam> = z.looseObject({
  id,
  name: text,
  users: z.array(z.looseObject({ id: text, email: text })).nullish(),
});

export const RestAccountSchema: z.ZodType<RestAccount> = z.looseObject({
  id,
  name: text,
  type: text,
  owner: ref,
  custom_fields: customFields,
});

export const RestContactSchema: z.ZodType<RestContact> = z.looseObject({ id, account: ref });
