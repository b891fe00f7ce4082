/** The gateway's answers as a client of the Schema Registry's REST API expects them. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { metricCodec } from '@sapwood/contracts/codec';
import { SCHEMAS } from '@sapwood/contracts/schemas';
import { TOPICS } from '@sapwood/contracts/topics';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, startGateway } from './gateway-harness.ts';

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.close();
  harness = null;
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  harness ??= await startGateway();
  const answer = await fetch(`${harness.url}/registry${path}`, { headers });
  return { status: answer.status, body: await answer.json() };
}

describe('registry', () => {
  it('WS-34 an id in a record leads to the schema that reads it', async () => {
    const bytes = metricCodec.encode({ series: null, frame: null, tree: null });
    const { status, body } = await ask(`/schemas/ids/${bytes.readInt32BE(1)}`);
    expect(status).toBe(200);
    const { schema } = body as { schema: string };
    expect(JSON.parse(schema)).toMatchObject({ namespace: 'sapwood.v1', name: 'Metric' });
    const answer = await fetch(`${harness!.url}/registry/schemas/ids/4`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.schemaregistry.v1+json');
  });

  it('WS-34 every topic is a subject, and every published version is found under it', async () => {
    const names = Object.values(TOPICS).map(({ name }) => `${name}-value`);
    expect((await ask('/subjects')).body).toEqual(names.sort());
    for (const topic of Object.values(TOPICS)) {
      const subject = `${topic.name}-value`;
      const own = SCHEMAS.filter((one) => one.subject === topic.schema);
      const versions = own.map(({ version }) => version);
      expect((await ask(`/subjects/${subject}/versions`)).body).toEqual(versions);
      for (const { id, version, document } of own) {
        const expected = { subject, id, version, schema: JSON.stringify(document) };
        const found = await ask(`/subjects/${subject}/versions/${version}`);
        expect(found).toEqual({ status: 200, body: expected });
      }
      const latest = await ask(`/subjects/${subject}/versions/latest`);
      expect(latest.body).toMatchObject({ id: own.at(-1)!.id });
    }
  });

  it('WS-34 what is not there is refused with the codes of that API', async () => {
    const subject = '/subjects/metrics.v1-value/versions';
    const refusals: [string, number, number][] = [
      ['/schemas/ids/999', 404, 40403],
      ['/schemas/ids/-4', 404, 40403],
      ['/schemas/ids/x', 404, 404],
      ['/subjects/none/versions', 404, 40401],
      ['/subjects/none/versions/1', 404, 40401],
      ['/subjects/__proto__/versions', 404, 40401],
      [`${subject}/99`, 404, 40402],
      [`${subject}/0`, 422, 42202],
      [`${subject}/newest`, 422, 42202],
      [`${subject}/9999999999`, 422, 42202],
    ];
    for (const [path, status, code] of refusals) {
      const answer = await ask(path);
      const { error_code, message } = answer.body as { error_code: number; message: string };
      expect([path, answer.status, error_code]).toEqual([path, status, code]);
      expect(message).not.toBe('');
    }
  });

  it('WS-34 a client that offers HTTP/2 with its request, as Java does, is answered in HTTP/1.1', async () => {
    harness ??= await startGateway();
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' };
    const asked = request(`${harness.url}/registry/subjects`, { headers }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(await text(answer))).toContain('metrics.v1-value');
  });

  it('WS-34 it is read-only, and closed to whom the values are', async () => {
    const foreign = { origin: 'https://evil.example' };
    for (const path of ['/subjects', '/subjects/metrics.v1-value/versions', '/schemas/ids/4']) {
      expect((await ask(path, foreign)).status).toBe(403);
      expect((await ask(path, { 'x-forwarded-for': '10.0.0.9' })).status).toBe(403);
    }
    for (const method of ['POST', 'DELETE']) {
      const url = `${harness!.url}/registry/subjects/metrics.v1-value/versions`;
      expect((await fetch(url, { method })).status).toBe(404);
    }
  });
});
