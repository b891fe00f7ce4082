/** `GET /v1/openapi.json`: what this gateway answers, for programs. */
import { openApi } from '@sapwood/protocol/openapi';
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { authorize } from './context.ts';

export function registerOpenApi(server: FastifyInstance, context: Context): void {
  /** Made when it is first asked for: it is no part of a start. */
  let made: object | null = null;
  server.get('/v1/openapi.json', (request, reply) => {
    if (!authorize(context, request, reply)) return reply;
    made ??= openApi(context.build);
    return reply.send(made);
  });
}
