/** What a value is made of, over HTTP: PROTOCOL.md 6. Seen by whoever may see the value itself. */
import { unexplained } from '@sapwood/core/explained';
import { PAGE_PARTS_MAX, questionOf } from '@sapwood/core/explanation';
import { explainedValue } from '@sapwood/protocol/explained';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Principal } from '../access.ts';
import { unknownValue } from '../unknown.ts';
import type { WorkspaceView } from '../view.ts';
import type { Context } from './context.ts';
import { authorize, sendError } from './context.ts';
import { askedBy, honestFor, type MetricQuery, sendBadWindow, sourceNow, viewNow } from './rest.ts';

/** Each holds the fold up for a moment; one more is told to come again. */
export const EXPLAINING_MAX = 4;

interface ExplainQuery extends MetricQuery {
  readonly limit?: string;
  readonly after?: string;
}

export function registerExplain(server: FastifyInstance, context: Context): void {
  let explaining = 0;
  server.get<{ Params: { key: string }; Querystring: ExplainQuery }>(
    '/v1/metrics/:key/explain',
    async (request, reply) => {
      const principal = authorize(context, request, reply);
      if (!principal) return reply;
      if (explaining >= EXPLAINING_MAX) {
        return sendLater(reply, 'busy', 'Other values are being explained; try again shortly.');
      }
      explaining += 1;
      try {
        return await answer(context, principal, request.params.key, request.query, reply);
      } finally {
        explaining -= 1;
      }
    },
  );
}

function sendLater(reply: FastifyReply, code: string, message: string): FastifyReply {
  return sendError(reply.header('retry-after', '5'), 503, code, message);
}

async function answer(
  context: Context,
  principal: Principal,
  key: string,
  query: ExplainQuery,
  reply: FastifyReply,
): Promise<unknown> {
  const asked = askedBy(query);
  if (!asked) return sendBadWindow(reply);
  if (query.at !== undefined) {
    const instead = 'The past is explained by the command line: sapwood explain KEY --at INSTANT.';
    return sendError(reply, 400, 'no_at', instead);
  }
  const view = viewNow(context, principal.workspace, reply);
  if (!view) return reply;
  const source = sourceNow(view, context.clock.now());
  const reading = { view, values: view.values, source };
  const value = honestFor(reading, principal, key, asked);
  // Hidden and missing look alike: a refusal would say that it exists.
  if (!value) return sendNoValue(view, principal, key, reply);
  const { window, clock } = value;
  const why = unexplained({ key, window: window.code });
  if (why !== null) return sendError(reply, 400, 'unexplained', why);
  const { limit, after } = query;
  const question = questionOf({ key, window: window.code, clock, limit, after });
  if (!question) {
    const limits = `\`limit\` is 1 to ${PAGE_PARTS_MAX}, \`after\` the \`next\` of the page before.`;
    return sendError(reply, 400, 'bad_page', limits);
  }
  if (!context.explainer) {
    return sendError(reply, 501, 'no_explainer', 'This gateway was given nobody to ask.');
  }
  const found = await context.explainer.explain(principal.workspace, question);
  if (found.kind === 'no_value') return sendNoSeries(reply);
  if (found.kind === 'nobody') {
    return sendLater(reply, 'no_owner', `Nobody can explain it now: ${found.remedy}.`);
  }
  const { explanation, version } = found;
  const { app } = context;
  return explainedValue({ explanation, version, source, labels: view.labels, app });
}

/** A view says what it shows: these are explained. */
function sendNoValue(
  view: WorkspaceView,
  { audience }: Principal,
  key: string,
  reply: FastifyReply,
): FastifyReply {
  const isView = unknownValue(view, audience, key)?.reasons[0] === 'view';
  const why = isView ? unexplained({ key, window: 'now' }) : null;
  return why === null ? sendNoSeries(reply) : sendError(reply, 400, 'unexplained', why);
}

const sendNoSeries = (reply: FastifyReply): FastifyReply =>
  sendError(reply, 404, 'unknown_key', 'There is no such series.');
