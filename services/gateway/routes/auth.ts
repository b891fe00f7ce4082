/** Tickets, pairing, and the list of paired screens. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocal, isSameOrigin, SCREEN_COOKIE } from '../access.ts';
import type { Context } from './context.ts';
import { askerOf, authorize, sendError } from './context.ts';

const COOKIE_SECONDS: number = 400 * 86_400;

const REFUSALS = {
  wrong_code: [401, 'This is not the code that the terminal shows.'],
  too_many_tries: [429, 'Too many wrong codes; wait ten minutes.'],
  too_many_screens: [409, 'Too many screens are paired; revoke one first.'],
} as const;

async function pair(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { access, screens } = context;
  if (access.kind !== 'lan') {
    return sendError(reply, 404, 'no_pairing', 'Screens can pair after `sapwood start --lan`.');
  }
  const asker = askerOf(request);
  if (!isSameOrigin(asker)) {
    return sendError(reply, 403, 'foreign_origin', 'A page of another origin may not ask this.');
  }
  const code = (request.body as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string' || code.length > 64) {
    return sendError(reply, 400, 'bad_request', 'Send {"code": "…"} as JSON.');
  }
  const answer = await screens.pair(access.code, code, asker.remote);
  if (answer.kind !== 'paired') {
    const [status, message] = REFUSALS[answer.kind];
    return sendError(reply, status, answer.kind, message);
  }
  const cookie = `${SCREEN_COOKIE}=${answer.token}; HttpOnly; SameSite=Strict; Path=/`;
  return reply.code(204).header('set-cookie', `${cookie}; Max-Age=${COOKIE_SECONDS}`).send();
}

export function registerAuth(server: FastifyInstance, context: Context): void {
  server.post('/v1/pair', { bodyLimit: 1_024 }, (request, reply) => pair(context, request, reply));

  server.post('/v1/ws-tickets', { bodyLimit: 1_024 }, async (request, reply) => {
    const principal = authorize(context, request, reply);
    if (!principal) return reply;
    const issued = context.tickets.issue(principal);
    if (!issued) {
      reply.header('retry-after', '5');
      return sendError(reply, 503, 'too_many_tickets', 'Too many tickets are open.');
    }
    return reply.header('cache-control', 'no-store').send(issued);
  });

  server.get('/v1/screens', async (request, reply) => {
    if (!authorize(context, request, reply)) return reply;
    if (!isLocal(askerOf(request))) return sendError(reply, 403, 'not_local', 'Leads only.');
    return { screens: context.screens.list() };
  });

  server.delete<{ Params: { id: string } }>('/v1/screens/:id', async (request, reply) => {
    if (!authorize(context, request, reply)) return reply;
    if (!isLocal(askerOf(request))) return sendError(reply, 403, 'not_local', 'Leads only.');
    const { id } = request.params;
    if (!(await context.screens.revoke(id))) {
      return sendError(reply, 404, 'unknown_screen', 'There is no such screen.');
    }
    context.hub.revoke(id);
    return reply.code(204).send();
  });
}
