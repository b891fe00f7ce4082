/**
 * The built wallboard. The page carries the last snapshot, so that a screen shows its tree before
 * the first message, and everything it may load comes from here.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { narrower } from '@sapwood/protocol/tree';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../access.ts';
import { snapshotText } from '../snapshot.ts';
import type { Context } from './context.ts';
import { askerOf, sendError } from './context.ts';

const SNAPSHOT_SLOT = '<script type="application/json" id="snapshot"></script>';
const PAGES: readonly string[] = ['/', '/wall', '/desk'];

/** Own origin only. The socket's address is named because older browsers do not infer it. */
function policy(host: string): string {
  const safeHost = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${safeHost}`,
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

function snapshotJson(context: Context, request: FastifyRequest): string {
  const principal = principalOf(askerOf(request), context.workspace, context.screens);
  if (!principal) return '';
  const view = context.feed.view(principal.workspace);
  if (!view.frame || !view.replayed) return '';
  const { board } = request.query as { board?: string };
  const viewer = narrower(principal.audience, board === 'floor' ? 'floor' : 'finance');
  const text = snapshotText({
    view,
    viewer,
    epoch: context.epoch,
    currency: context.currency,
    now: context.clock.now(),
    matches: () => true,
  });
  return `{"audience":"${viewer}","snapshot":${text}}`.replaceAll('<', '\\u003c');
}

export async function registerWall(
  server: FastifyInstance,
  context: Context,
  wallDir: string | null,
): Promise<void> {
  if (wallDir === null) {
    for (const url of PAGES) {
      server.get(url, (_request, reply) =>
        sendError(reply, 503, 'no_wall', 'The wallboard is not built here.'),
      );
    }
    return;
  }
  const html = await readFile(join(wallDir, 'index.html'), 'utf8');
  const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const filled = SNAPSHOT_SLOT.replace('></', () => `>${snapshotJson(context, request)}</`);
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', policy(request.headers.host ?? ''))
      .send(html.replace(SNAPSHOT_SLOT, () => filled));
  };
  for (const url of PAGES) server.get(url, serve);
  await server.register(fastifyStatic, {
    root: join(wallDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    index: false,
  });
  server.get('/favicon.svg', (_request, reply) => reply.sendFile('favicon.svg', wallDir));
}
