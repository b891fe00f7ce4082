/** The tenant's past as a token read it when it happened: who there is, and the issue at each change. */
import type { DraftFact, Source } from '@sapwood/core/facts';
import {
  accountFact,
  type DirectoryContext,
  statusFact,
  teamFact,
  userFact,
} from '@sapwood/pylon/directory-facts';
import { type FactContext, grouped } from '@sapwood/pylon/facts';
import { MESSAGE_KINDS } from '@sapwood/pylon/kinds';
import { restFacts } from '@sapwood/pylon/rest-facts';
import {
  RestAccountSchema,
  RestIssueSchema,
  RestMessageSchema,
  RestStatusSchema,
  RestTeamSchema,
  RestUserSchema,
} from '@sapwood/pylon/rest-objects';
import {
  accountShape,
  issueShape,
  latestMessage,
  messageShape,
  statusShapes,
  teamShapes,
  userShapes,
} from './rest-shapes.ts';
import type { Staff } from './staff.ts';
import type { Change, SimIssue } from './tenant.ts';

export type ReadContext = FactContext & Pick<DirectoryContext, 'accountFields'>;

/** Who there is, read at `at`, epoch ms. */
export function directoryFacts(
  staff: Staff,
  context: ReadContext,
  at: number,
): readonly DraftFact[] {
  return [
    ...statusShapes(staff).map((one) => statusFact(RestStatusSchema.parse(one), context, at)),
    ...teamShapes(staff).map((one) => teamFact(RestTeamSchema.parse(one), context, at)),
    ...userShapes(staff).map((one) => userFact(RestUserSchema.parse(one), context, at)),
    ...staff.accounts.map((one) =>
      accountFact(RestAccountSchema.parse(accountShape(one)), context, at),
    ),
  ];
}

/** The issue as it is now, and of its thread what these changes brought: the rest of it is known. */
export function changeFacts(
  changes: readonly Change[],
  issue: SimIssue,
  staff: Staff,
  { at, srcs }: { readonly at: number; readonly srcs: readonly Source[] },
  context: ReadContext,
): readonly DraftFact[] {
  const { epoch, offset } = srcs.at(-1)!;
  const messages = changes.some(({ kind }) => MESSAGE_KINDS.has(kind))
    ? [RestMessageSchema.parse(messageShape(latestMessage(issue), issue))]
    : null;
  const read = RestIssueSchema.parse(issueShape(issue, staff));
  const arrival = {
    observedAt: at,
    origin: 'webhook',
    srcs,
    readAfter: { epoch, offset },
  } as const;
  const facts = restFacts(read, messages, [], arrival, context);
  return grouped(facts.filter(({ kind }) => kind !== 'thread.observed'));
}
