/**
 * An HTTP server with every limit set (reliability.md 4): fastify's time-outs default to none. Ingest
 * and the gateway add their routes to it.
 */
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';

export interface HttpServerOptions {
  /** Larger bodies get 413; a scope may set less. */
  readonly bodyBytesMax?: number;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Called for what nobody expected; the client sees one sentence. */
  readonly onUnexpected?: (error: Error) => void;
}

const BODY_BYTES_MAX: number = 256 * 1024;
const REQUEST_MS = 5_000;
const CONNECTION_MS = 10_000;
const HEADERS_MS = 5_000;
/** Above what balancers commonly use, so that they close first. */
const KEEP_ALIVE_MS = 75_000;
const HEADER_BYTES_MAX: number = 16 * 1024;
const CHECK_MS = 1_000;
const REQUESTS_PER_SOCKET_MAX = 1_000;
const PARAM_CHARS_MAX = 200;

/** Routes read with zod: fastify's own compilers, a tenth of our start, stay unloaded. */
function noSchemas(): never {
  throw new Error('a route has no schema here: it reads with zod');
}

/** The caller listens and closes. */
export function createHttpServer(options: HttpServerOptions = {}): FastifyInstance {
  const { trustedProxies, onUnexpected = () => {} } = options;
  const server = fastify({
    logger: false,
    bodyLimit: options.bodyBytesMax ?? BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    connectionTimeout: CONNECTION_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxRequestsPerSocket: REQUESTS_PER_SOCKET_MAX,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    // While it drains, a request on a kept connection is served and told to close it.
    return503OnClosing: false,
    schemaController: {
      compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
    },
    trustProxy: trustedProxies === undefined ? false : [...trustedProxies],
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
      // Java's client offers h2c with each first request: who offers may be answered as if not.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    if (hostHeaders(request) > 1) await reply.code(400).send(problem(400, 'Several Host headers.'));
  });
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(problem(404, 'There is nothing at this address.')),
  );
  server.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onUnexpected(error);
    const text = status >= 500 ? 'Something went wrong here; it was noted.' : error.message;
    return reply.code(status).send(problem(status, text));
  });
  return server;
}

export interface Problem {
  readonly error: { readonly status: number; readonly message: string };
}

/** The body of every error answer. */
export function problem(status: number, message: string): Problem {
  return { error: { status, message } };
}

/** Node joins or drops repeated headers; the raw ones tell. */
function hostHeaders({ raw }: FastifyRequest): number {
  return raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
}
