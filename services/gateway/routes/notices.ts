/** A lead's line on the screens: set, replaced or taken down from the machine itself. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocal } from '../access.ts';
import { NOTICE_CHARS_MAX, NOTICE_MINUTES_MAX, type Notice } from '../notices.ts';
import type { Context } from './context.ts';
import { askerOf, authorize, sendError } from './context.ts';

const DEFAULT_MINUTES = 60;

function parse(body: unknown, now: number): Notice | null {
  const { text, minutes = DEFAULT_MINUTES } = (body ?? {}) as { text?: unknown; minutes?: unknown };
  if (typeof text !== 'string' || typeof minutes !== 'number') return null;
  const line = text.replace(/\s+/g, ' ').trim();
  const fits = line.length > 0 && line.length <= NOTICE_CHARS_MAX;
  if (!fits || !(minutes >= 1 && minutes <= NOTICE_MINUTES_MAX)) return null;
  return { text: line, until: now + Math.round(minutes * 60_000) };
}

export function registerNotices(server: FastifyInstance, context: Context): void {
  const { notices, hub, clock } = context;
  const mayWrite = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (!authorize(context, request, reply)) return false;
    if (isLocal(askerOf(request))) return true;
    sendError(reply, 403, 'not_local', 'Leads only.');
    return false;
  };
  server.post('/v1/notices', { bodyLimit: 2_048 }, async (request, reply) => {
    if (!mayWrite(request, reply)) return reply;
    const notice = parse(request.body, clock.now());
    if (!notice) {
      const limits = `1 to ${NOTICE_CHARS_MAX} characters, 1 to ${NOTICE_MINUTES_MAX} minutes`;
      return sendError(reply, 400, 'bad_notice', `Send {"text", "minutes"}: ${limits}.`);
    }
    await notices.set(notice);
    hub.notify(notice);
    return notice;
  });
  server.delete('/v1/notices', async (request, reply) => {
    if (!mayWrite(request, reply)) return reply;
    await notices.set(null);
    hub.notify({ text: '', until: 0 });
    return reply.code(204).send();
  });
}
