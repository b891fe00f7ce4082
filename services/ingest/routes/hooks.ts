/**
 * `POST /hooks/:destination` (reliability.md 1.3 and 4). 2xx means "in the log" and nothing else: the
 * body is verified on its raw bytes and appended, never parsed, never compared with earlier ones.
 */
import { createHash } from 'node:crypto';
import { rawCodec } from '@sapwood/contracts/codec';
import type { RawDelivery } from '@sapwood/contracts/raw';
import { TOPICS } from '@sapwood/contracts/topics';
import { createDecoyVerifier, createVerifier, type Verifier } from '@sapwood/pylon/signature';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Bucket, createBucket } from '../admission.ts';
import type { Destination } from '../config.ts';
import type { IngestParts } from '../parts.ts';

interface Endpoint {
  readonly destination: Destination | null;
  readonly verify: Verifier;
  readonly bucket: Bucket;
}

/** Kept for tracing; a credential is never among them. */
const KEPT_HEADERS = ['content-type', 'user-agent', 'traceparent'] as const;
const HEADER_CHARS_MAX = 256;
const EMPTY = Buffer.alloc(0);

function keptHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if ((KEPT_HEADERS as readonly string[]).includes(name)) {
      kept[name] = rawHeaders[i + 1]!.slice(0, HEADER_CHARS_MAX).toWellFormed();
    }
  }
  return kept;
}

function createEndpoints(parts: IngestParts): (id: string) => Endpoint {
  const { limits } = parts;
  const bucket = (): Bucket => createBucket(limits.hooksPerSecond, limits.hooksBurst);
  const known = new Map<string, Endpoint>(
    parts.destinations.map((destination) => [
      destination.id,
      { destination, verify: createVerifier(destination.schemes), bucket: bucket() },
    ]),
  );
  // One bucket and one check for all that do not exist: their answers and times tell nothing.
  const decoy: Endpoint = {
    destination: null,
    verify: createDecoyVerifier(parts.rng.id()),
    bucket: bucket(),
  };
  return (id) => known.get(id) ?? decoy;
}

const hostCount = (rawHeaders: readonly string[]): number =>
  rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;

/** Registers the hook routes on an encapsulated scope. */
export function registerHooks(scope: FastifyInstance, parts: IngestParts): void {
  const { clock, telemetry, limits, inFlight, batcher } = parts;
  const endpointOf = createEndpoints(parts);

  function answer(reply: FastifyReply, status: number, result: string): FastifyReply {
    telemetry({ type: 'WebhookAnswered', result, ackMs: Math.round(reply.elapsedTime) });
    if (status === 503) reply.header('retry-after', String(5 + Math.floor(parts.rng.next() * 26)));
    if (status === 429) reply.header('retry-after', '1');
    return reply.code(status).send();
  }

  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limits.bodyBytesMax },
    (_request, body, done) => done(null, body),
  );

  scope.addHook('onRequest', async (request, reply) => {
    // Pylon's content type is undocumented, and a malformed one would be a 415 and a lost webhook.
    delete request.headers['content-type'];
    const { rawHeaders } = request.raw;
    if (hostCount(rawHeaders) > 1) return answer(reply, 400, 'several_hosts');
    if (inFlight.count() >= limits.inFlightMax) return answer(reply, 503, 'overloaded');
    const { destination: id } = request.params as { destination: string };
    if (!endpointOf(id).bucket.take(clock.monotonic())) return answer(reply, 429, 'rate_limited');
    if (request.headers['content-encoding'] !== undefined) {
      return answer(reply, 415, 'content_encoding');
    }
    return undefined;
  });

  scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return answer(reply, 413, 'body_too_large');
    // Whatever else went wrong, the delivery is not in the log: the sender should try again.
    return status >= 500 ? answer(reply, 503, 'error') : answer(reply, status, 'bad_request');
  });

  async function keep(
    destination: Destination,
    request: FastifyRequest,
    raw: Buffer,
  ): Promise<boolean> {
    const delivery: RawDelivery = {
      v: 1,
      dest: destination.id,
      workspace: destination.workspace,
      receivedAt: clock.now(),
      sha256: createHash('sha256').update(raw).digest(),
      headers: keptHeaders(request.raw.rawHeaders),
      raw,
    };
    const record = {
      key: destination.id,
      value: rawCodec.encode({ delivery, heartbeat: null }),
    };
    // Asked once more, after the time of arrival was read: the clock may have been set in between.
    if (parts.isClockWrong?.()) return false;
    const partition = await parts.partitionFor(TOPICS.rawPylon.name, destination.workspace);
    const kept = await batcher.append(
      TOPICS.rawPylon.name,
      partition,
      destination.workspace,
      record,
    );
    return kept === 'durable';
  }

  scope.post('/hooks/:destination', async (request, reply) => {
    const raw = Buffer.isBuffer(request.body) ? request.body : EMPTY;
    if (!inFlight.enter(raw.length)) return answer(reply, 503, 'overloaded');
    try {
      const { destination: id } = request.params as { destination: string };
      const { destination, verify } = endpointOf(id);
      const verified = verify(request.raw.rawHeaders, raw);
      if (!verified.ok || destination === null) {
        telemetry({
          type: 'AuthFailed',
          kind: destination === null || verified.ok ? 'unknown_destination' : verified.reason,
        });
        return answer(reply, 401, 'unauthorized');
      }
      if (parts.isClockWrong?.()) return answer(reply, 503, 'clock_wrong');
      return (await keep(destination, request, raw))
        ? answer(reply, 200, 'kept')
        : answer(reply, 503, 'log_unavailable');
    } finally {
      inFlight.leave(raw.length);
    }
  });
}
