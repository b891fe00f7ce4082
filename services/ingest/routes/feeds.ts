/**
 * `POST /v1/costs` and `/v1/corrections`: what is fed in by hand or by machine. Our own API, so it is
 * strict where the hooks are tolerant: JSON only, validated whole, every fault named at once, and
 * nothing kept unless all of it is right.
 */
import { createHash } from 'node:crypto';
import { rawCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { readCorrectionBytes } from '@sapwood/pylon/corrections';
import { readCostBytes } from '@sapwood/pylon/cost-feed';
import type { ListFault } from '@sapwood/pylon/feed-body';
import { createTokenMatcher } from '@sapwood/pylon/signature';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CostKey } from '../config.ts';
import type { IngestParts } from '../parts.ts';

const JSON_TYPE = /^application\/json(\s*;\s*charset=utf-8)?$/i;
const BEARER = /^Bearer (\S{1,512})$/;

const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply =>
  reply.code(status).send({ error });

/** How many there are in a body, or all that is wrong with it. */
type Checked = number | readonly ListFault[];

function checkCosts(raw: Uint8Array): Checked {
  const read = readCostBytes(raw);
  return read.ok ? read.entries.length : read.errors;
}

function checkCorrections(raw: Uint8Array): Checked {
  const read = readCorrectionBytes(raw);
  return read.ok ? read.corrections.length : read.errors;
}

/** Registers the routes of the feeds on an encapsulated scope. */
export function registerFeeds(scope: FastifyInstance, parts: IngestParts): void {
  const { clock, batcher, limits, inFlight } = parts;
  const match = createTokenMatcher(parts.costKeys.map((key) => key.key));

  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limits.bodyBytesMax },
    (_request, body, done) => done(null, body),
  );

  scope.addHook('onRequest', async (request, reply) => {
    const bearer = BEARER.exec(request.headers.authorization ?? '');
    const index = match(bearer?.[1] ?? '');
    if (bearer === null || index < 0) {
      parts.telemetry({ type: 'AuthFailed', kind: 'cost_key' });
      return refuse(reply, 401, 'The API key is missing or unknown.');
    }
    if (request.headers['content-encoding'] !== undefined) {
      return refuse(reply, 415, 'Content-Encoding is not supported.');
    }
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      return refuse(reply, 415, 'The content type must be application/json.');
    }
    return undefined;
  });

  scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) {
      return refuse(reply, 413, `The body must not exceed ${limits.bodyBytesMax} bytes.`);
    }
    return status >= 500
      ? refuse(reply.header('retry-after', '10'), 503, 'It could not be kept; try again.')
      : refuse(reply, status, 'The request could not be read.');
  });

  async function keep(key: CostKey, raw: Buffer): Promise<boolean> {
    const value = rawCodec.encode({
      delivery: {
        v: 1,
        dest: key.id,
        workspace: key.workspace,
        receivedAt: clock.now(),
        sha256: createHash('sha256').update(raw).digest(),
        headers: {},
        raw,
      },
      heartbeat: null,
    });
    if (parts.isClockWrong?.()) return false;
    const partition = await parts.partitionFor(TOPICS.rawCost.name, key.workspace);
    const record = { key: key.id, value };
    return (
      (await batcher.append(TOPICS.rawCost.name, partition, key.workspace, record)) === 'durable'
    );
  }

  async function take(
    request: FastifyRequest,
    reply: FastifyReply,
    check: (raw: Uint8Array) => Checked,
  ): Promise<FastifyReply> {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const bearer = BEARER.exec(request.headers.authorization ?? '');
    const key = parts.costKeys[match(bearer?.[1] ?? '')]!;
    const checked = check(raw);
    if (typeof checked !== 'number') return reply.code(422).send({ errors: checked });
    if (parts.isClockWrong?.()) {
      return refuse(reply.header('retry-after', '10'), 503, 'The clock is wrong; try again later.');
    }
    if (!inFlight.enter(raw.length)) {
      return refuse(reply.header('retry-after', '10'), 503, 'Too much is waiting; try again.');
    }
    try {
      if (await keep(key, raw)) return reply.code(202).send({ accepted: checked });
    } finally {
      inFlight.leave(raw.length);
    }
    return refuse(reply.header('retry-after', '10'), 503, 'The log is not available; try again.');
  }

  scope.post('/v1/costs', (request, reply) => take(request, reply, checkCosts));
  scope.post('/v1/corrections', (request, reply) => take(request, reply, checkCorrections));
}
