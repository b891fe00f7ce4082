/** `GET /v1/ws`: the socket port of a session. The only file that knows `ws`. */
import { CLOSE, SUBPROTOCOL, TICKET_PREFIX } from '@sapwood/protocol/messages';
import type { Clock } from '@sapwood/runtime/ports';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../access.ts';
import { isSameOrigin, principalOf } from '../access.ts';
import { Session, type Wire } from '../session.ts';
import type { Context } from './context.ts';
import { askerOf, sendError } from './context.ts';

const PING_MS = 20_000;
const PINGS_MISSED_MAX = 2;
/** A closing handshake may take this long; then the socket is cut. */
const CLOSE_MS_MAX = 2_000;

/** What is used of `ws`; its own types are not among the dependencies. */
interface Socket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: Buffer, binary: boolean) => void): void;
  on(event: 'close', listener: (code: number) => void): void;
  on(event: 'error' | 'pong', listener: () => void): void;
}

const OPEN = 1;

function wireOf(socket: Socket, clock: Clock): Wire {
  return {
    send: (_type, json) => {
      if (socket.readyState === OPEN) socket.send(json);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close: (code, reason) => {
      socket.close(code, reason);
      const cut = clock.after(CLOSE_MS_MAX, () => socket.terminate());
      socket.on('close', () => cut.cancel());
    },
  };
}

/** Ends a socket whose peer no longer answers. */
function keepAlive(socket: Socket, clock: Clock): void {
  let missed = 0;
  socket.on('pong', () => {
    missed = 0;
  });
  const beat = (): void => {
    if (missed >= PINGS_MISSED_MAX) {
      socket.terminate();
      return;
    }
    missed += 1;
    socket.ping();
    timer = clock.after(PING_MS, beat);
  };
  let timer = clock.after(PING_MS, beat);
  socket.on('close', () => timer.cancel());
}

function ticketOf(request: FastifyRequest): string | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  const ticket = offered.map((p) => p.trim()).find((p) => p.startsWith(TICKET_PREFIX));
  if (ticket) return ticket.slice(TICKET_PREFIX.length);
  const bearer = /^Bearer ([\w.~+/-]+=*)$/.exec(request.headers.authorization ?? '');
  return bearer ? bearer[1]! : null;
}

/** A ticket if one is held; else only the machine itself, which needs none. */
function connects(context: Context, request: FastifyRequest): Principal | null {
  const ticket = ticketOf(request);
  if (ticket !== null) return context.tickets.redeem(ticket);
  const principal = principalOf(askerOf(request), context.workspace, context.screens);
  return principal?.token === null ? principal : null;
}

/** `@fastify/websocket` option: of what a client offers, `sapwood.v1` or nothing. */
export function chooseSubprotocol(offered: ReadonlySet<string>): string | false {
  return offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false;
}

export function registerSocket(server: FastifyInstance, context: Context): void {
  const { clock, hub, feed } = context;
  const open = (socket: Socket, request: FastifyRequest): void => {
    socket.on('error', () => undefined);
    const principal = connects(context, request);
    const ip = request.socket.remoteAddress ?? '';
    if (!principal) {
      socket.close(CLOSE.ticket, 'a fresh ticket is needed');
      return;
    }
    if (!hub.admits(principal, ip)) {
      socket.close(CLOSE.scope, 'too many connections');
      return;
    }
    const session = new Session({
      view: feed.view(principal.workspace),
      viewer: principal.audience,
      wire: wireOf(socket, clock),
      clock,
      build: context.build,
      epoch: context.epoch,
      currency: context.currency,
      notice: context.notices.current(),
    });
    const leave = hub.add({ session, principal, ip });
    keepAlive(socket, clock);
    socket.on('close', leave);
    socket.on('message', (data, binary) => {
      if (binary) session.end(CLOSE.protocol, 'text only');
      else session.onMessage(data.toString('utf8'));
    });
  };
  server.route({
    method: 'GET',
    url: '/v1/ws',
    onRequest: async (request, reply) => {
      if (!isSameOrigin(askerOf(request))) {
        return sendError(
          reply,
          403,
          'foreign_origin',
          'A page of another origin may not ask this.',
        );
      }
      if (hub.stopping) {
        reply.header('retry-after', '5');
        return sendError(reply, 503, 'draining', 'This gateway is stopping.');
      }
    },
    handler: (_request, reply) =>
      sendError(reply, 426, 'upgrade_required', 'This address speaks websocket only.'),
    wsHandler: (socket, request) => open(socket as unknown as Socket, request),
  });
}
