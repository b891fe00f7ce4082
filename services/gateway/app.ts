/**
 * The gateway: fans values and alerts out to screens and programs, and serves the wallboard. It
 * reads three topics and holds no state that a restart would miss, but for the paired screens.
 */
import fastifyWebsocket from '@fastify/websocket';
import { MESSAGE_BYTES_MAX } from '@sapwood/protocol/messages';
import type { Explainer } from '@sapwood/runtime/explainer';
import type { Clock, EventLog, Idle, Rng, StateStore } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { createFeed } from './feed.ts';
import { Hub } from './hub.ts';
import { createNotices } from './notices.ts';
import { registerAuth } from './routes/auth.ts';
import { type AsOf, type Context, sendError } from './routes/context.ts';
import { registerExplain } from './routes/explain.ts';
import { registerExposition } from './routes/exposition.ts';
import { registerNotices } from './routes/notices.ts';
import { registerOpenApi } from './routes/openapi.ts';
import { registerRegistry } from './routes/registry.ts';
import { registerRest } from './routes/rest.ts';
import { chooseSubprotocol, registerSocket } from './routes/socket.ts';
import { registerStream } from './routes/stream.ts';
import { registerWall } from './routes/wall.ts';
import { createScreens } from './screens.ts';
import { createTickets } from './tickets.ts';

export interface GatewayDeps {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** The workspace of whoever connects without naming one by a secret. */
  readonly workspace: string;
  readonly access: Access;
  /** ISO 4217; how screens name money. */
  readonly currency: string;
  /** Changes with every release: screens reload when it does. */
  readonly build: string;
  /** The built wallboard, from `ensureBuilt()`; null serves none. */
  readonly wallDir: string | null;
  readonly asOf?: AsOf;
  /** Whom to ask what a value is made of. */
  readonly explainer?: Explainer;
  /** Address of the vendor's app, for links to conversations. */
  readonly app?: string;
  /** Over how long clients are sent away at a stop; 0 at once. */
  readonly drainMs?: number;
}

export interface Gateway extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The current values were read and can be shown. */
  ready(): boolean;
  /** Open websockets and streams. */
  connections(): number;
}

/** What is asked for twice would be a list where one is read. */
async function askedOnce(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
    if (!Array.isArray(value)) continue;
    return sendError(reply, 400, 'bad_query', `\`${name.slice(0, NAME_MAX)}\` is given twice.`);
  }
  return undefined;
}
const NAME_MAX = 32;

/** Adds the gateway's routes to `server`. Call before `listen`; `start()` begins to read. */
export async function registerGateway(
  server: FastifyInstance,
  deps: GatewayDeps,
): Promise<Gateway> {
  const { clock, rng, telemetry } = deps;
  const hub = new Hub({ clock, rng, telemetry, drainMs: deps.drainMs ?? 0 });
  // Whoever subscribed meanwhile does not wait for the next beat.
  const feed = createFeed({ ...deps, onReplayed: () => hub.beat() });
  const screens = createScreens(deps);
  const context: Context = {
    workspace: deps.workspace,
    access: deps.access,
    feed,
    hub,
    screens,
    tickets: createTickets(clock),
    notices: createNotices(deps),
    clock,
    build: deps.build,
    epoch: rng.id(),
    currency: deps.currency,
    asOf: deps.asOf ?? null,
    explainer: deps.explainer ?? null,
    app: deps.app ?? null,
  };
  const ready = (): boolean => feed.ready() && !hub.stopping;
  await server.register(async (scope) => {
    await scope.register(fastifyWebsocket, {
      options: {
        maxPayload: MESSAGE_BYTES_MAX,
        perMessageDeflate: false,
        handleProtocols: chooseSubprotocol,
        // Bounds on tiny fragments: without them a few bytes on the wire hold much memory.
        ...{ maxFragments: 16, maxBufferedChunks: 64 },
      },
    });
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    });
    scope.addHook('preValidation', askedOnce);
    registerSocket(scope, context);
    registerStream(scope, context);
    registerRest(scope, context);
    registerExplain(scope, context);
    registerExposition(scope, context);
    registerOpenApi(scope, context);
    registerAuth(scope, context);
    registerNotices(scope, context);
    registerRegistry(scope, context);
    await registerWall(scope, context, deps.wallDir);
    scope.get('/healthz', async () => ({ status: 'ok' }));
    scope.get('/readyz', async (_request, reply) =>
      reply.code(ready() ? 200 : 503).send({ status: ready() ? 'ready' : 'starting' }),
    );
  });
  return {
    name: 'gateway',
    ready,
    connections: () => hub.size,
    idle: () => feed.idle(),
    async start(): Promise<void> {
      await screens.load();
      await context.notices.load();
      await feed.start();
    },
    async stop(): Promise<void> {
      await hub.stop();
      await feed.stop();
    },
  };
}
