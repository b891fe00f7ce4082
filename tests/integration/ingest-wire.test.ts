import { type AddressInfo, connect } from 'node:net';
import { type Ingest, registerIngest } from '@sapwood/ingest/app';
import { signBody } from '@sapwood/pylon/signature';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PYLON_SECRET, rawRecords } from '../support/pylon.ts';

const clock = createSystemClock();
const BODY = '{"issue_id":"I1"}';
const SIGNATURE = signBody(PYLON_SECRET, Buffer.from(BODY));
let server: FastifyInstance;
let ingest: Ingest;
let sim: Simulated;
let port = 0;
let before = 0;

beforeAll(async () => {
  sim = createSimulated({ clock });
  server = Fastify({ requestTimeout: 5_000 });
  ingest = registerIngest(server, {
    log: sim.log,
    clock,
    rng: createSystemRng(),
    telemetry: () => {},
    costKeys: [],
    destinations: [
      {
        id: 'd1',
        workspace: 'a',
        source: 's',
        schemes: [
          { kind: 'pylon-hmac', secrets: [PYLON_SECRET] },
          { kind: 'static-header', header: 'authorization', tokens: ['Bearer t'] },
        ],
      },
    ],
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await server.close();
  await ingest.stop();
});
beforeEach(async () => {
  before = (await rawRecords(sim.log)).length;
});

/** Sends bytes as they are and gives the status of the first answer; 0 where there was none. */
function raw(lines: readonly string[], body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(answer.slice(9, 12))));
    socket.write(`${['POST /hooks/d1 HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n${body}`);
  });
}
const HOST = 'host: localhost';
const SIGNED = `x-pylon-signature: ${SIGNATURE}`;
const TOKEN = 'authorization: Bearer t';
const LENGTH = `content-length: ${BODY.length}`;

describe('bytes on the wire', () => {
  it.each([
    ['as it should be', 200, [HOST, SIGNED, TOKEN, LENGTH], BODY],
    [
      'in chunks',
      200,
      [HOST, SIGNED, TOKEN, 'transfer-encoding: chunked'],
      `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['with the signature twice', 401, [HOST, SIGNED, SIGNED, TOKEN, LENGTH], BODY],
    [
      'with the token twice, which Node would hide',
      401,
      [HOST, SIGNED, TOKEN, TOKEN, LENGTH],
      BODY,
    ],
    ['with two hosts', 400, [HOST, HOST, SIGNED, TOKEN, LENGTH], BODY],
    ['with two lengths', 400, [HOST, SIGNED, TOKEN, LENGTH, 'content-length: 5'], BODY],
    [
      'with a length and chunks',
      400,
      [HOST, SIGNED, TOKEN, LENGTH, 'transfer-encoding: chunked'],
      BODY,
    ],
  ])('ING-40 a request %s is answered %i', async (_name, status, lines, body) => {
    expect(await raw(lines, body)).toBe(status);
    expect((await rawRecords(sim.log)).length - before).toBe(status === 200 ? 1 : 0);
  });
});
