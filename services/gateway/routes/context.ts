/** What every route of the gateway works with. */
import type { Series } from '@sapwood/core/metrics';
import type { Explainer } from '@sapwood/runtime/explainer';
import type { Clock } from '@sapwood/runtime/ports';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, Asker, Principal } from '../access.ts';
import { isSameOrigin, principalOf } from '../access.ts';
import type { Feed } from '../feed.ts';
import type { Hub } from '../hub.ts';
import type { Notices } from '../notices.ts';
import type { Screens } from '../screens.ts';
import type { Tickets } from '../tickets.ts';

/** The series of a workspace as known at an instant; one run at a time. */
export type AsOf = (workspace: string, at: number) => Promise<ReadonlyMap<string, Series> | 'busy'>;

export interface Context {
  readonly workspace: string;
  readonly access: Access;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly screens: Screens;
  readonly tickets: Tickets;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly build: string;
  readonly epoch: string;
  readonly currency: string;
  readonly asOf: AsOf | null;
  readonly explainer: Explainer | null;
  /** Address of the vendor's app, for links; null: not known. */
  readonly app: string | null;
}

export function askerOf(request: FastifyRequest): Asker {
  return { remote: request.socket.remoteAddress ?? '', headers: request.headers };
}

export function sendError(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}

/** The asker, or null after a refusal was sent. */
export function authorize(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Principal | null {
  const asker = askerOf(request);
  if (!isSameOrigin(asker)) {
    sendError(reply, 403, 'foreign_origin', 'A page of another origin may not ask this.');
    return null;
  }
  const principal = principalOf(asker, context.workspace, context.screens);
  if (principal) return principal;
  if (context.access.kind === 'lan') sendError(reply, 401, 'not_paired', 'Pair this screen first.');
  else sendError(reply, 403, 'not_local', 'This gateway answers only on its own machine.');
  return null;
}
