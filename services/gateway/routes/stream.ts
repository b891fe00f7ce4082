/** `GET /v1/stream`: the same session as server-sent events, for curl and proxies. */
import type { ServerResponse } from 'node:http';
import type { ClientHello } from '@sapwood/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Session, type Wire } from '../session.ts';
import type { Context } from './context.ts';
import { authorize, sendError } from './context.ts';

function wireOf(response: ServerResponse): Wire {
  return {
    send: (type, json, cursor) => {
      const id = cursor === null ? '' : `id: ${cursor}\n`;
      response.write(`event: ${type}\n${id}data: ${json}\n\n`);
    },
    bufferedBytes: () => response.writableLength,
    close: () => response.end(),
  };
}

/** The `id:` of an event (see Session) as a resume cursor; undefined if it is not one. */
export function parseEventId(id: string | undefined): ClientHello['resume'] {
  const match = /^(\d+)\.(\d+)\.(\d+-\d+)\.(\w+)\.(\d+)$/.exec(id ?? '');
  if (!match) return undefined;
  const [, topology, offset, tree, epoch, seq] = match;
  return {
    topology: Number(topology),
    offset: Number(offset),
    tree: tree!.replace('-', '.'),
    alerts: { epoch: epoch!, seq: Number(seq) },
  };
}

export function registerStream(server: FastifyInstance, context: Context): void {
  const { hub, feed, clock } = context;
  server.get<{ Querystring: { keys?: string } }>('/v1/stream', (request, reply) => {
    const principal = authorize(context, request, reply);
    if (!principal) return reply;
    const ip = request.socket.remoteAddress ?? '';
    if (!hub.admits(principal, ip)) {
      reply.header('retry-after', '5');
      return sendError(reply, 503, 'too_many_connections', 'Too many connections are open.');
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const session = new Session({
      view: feed.view(principal.workspace),
      viewer: principal.audience,
      wire: wireOf(reply.raw),
      clock,
      build: context.build,
      epoch: context.epoch,
      currency: context.currency,
      notice: context.notices.current(),
    });
    const leave = hub.add({ session, principal, ip });
    reply.raw.on('close', () => leave(1000));
    const lastId = request.headers['last-event-id'];
    const resume = parseEventId(typeof lastId === 'string' ? lastId : undefined);
    session.onMessage(JSON.stringify({ type: 'hello', client: 'sdk', resume }));
    const keys = request.query.keys?.split(';') ?? ['*'];
    session.onMessage(JSON.stringify({ type: 'subscribe', keys }));
    return reply;
  });
}
