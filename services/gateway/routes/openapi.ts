/** `GET /v1/openapi.json`: what this gateway answers, for programs. */
import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import { authorize } from './context.ts';

export function registerOpenApi(server: FastifyInstance, context: Context): void {
  let made: Promise<object> | null = null;
  /** Loaded and made when it is first asked for: it is no part of a start. */
  const make = async (): Promise<object> => {
    const { openApi } = await import('@sapwood/protocol/openapi');
    return openApi(context.build);
  };
  server.get('/v1/openapi.json', async (request, reply) => {
    if (!authorize(context, request, reply)) return reply;
    made ??= make();
    return made;
  });
}
