/** `GET /v1/openapi.json` against the routes that there are, and against what they answer. */
import { CATALOGUE } from '@sapwood/core/catalogue';
import { SHEETS } from '@sapwood/core/sheets';
import { registerGateway } from '@sapwood/gateway/app';
import { createHttpServer } from '@sapwood/service-kit/http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deskGateway } from './gateway-desk.ts';
import {
  alert,
  type Harness,
  MemoryLog,
  memoryStore,
  testClock,
  testRng,
  until,
  WORKSPACE,
} from './gateway-harness.ts';

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Record<string, Answer> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Record<string, unknown>>> };
}

let harness: Harness;
let description: Description;
beforeAll(async () => {
  harness = await deskGateway({ asOf: async () => new Map() });
  await harness.publish.alert(alert());
  await until('an idle gateway', () => harness.gateway.idle());
  const answer = await fetch(`${harness.url}/v1/openapi.json`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  description = (await answer.json()) as Description;
});
afterAll(() => harness.close());

/** `get /v1/metrics/{key}` of every route that a gateway registers. */
async function registered(): Promise<string[]> {
  const found: string[] = [];
  const server = createHttpServer();
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD') found.push(`${one.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`);
    }
  });
  await registerGateway(server, {
    ...{ log: new MemoryLog(), store: memoryStore(), clock: testClock, rng: testRng },
    ...{ telemetry: () => {}, workspace: WORKSPACE, access: { kind: 'loopback' } },
    ...{ currency: 'USD', build: 'test', wallDir: null },
  });
  await server.close();
  return found.sort();
}

/** A schema of the description that refuses what it does not name: here nothing may go untold. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([k, v]) => [k, strict(v)]));
  const isOpen = 'properties' in schema && !('additionalProperties' in schema);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}

/** What is wrong with an answer by the description; empty: nothing. */
function faultsOf(method: string, template: string, status: number, body: unknown): string[] {
  const told = description.paths[template]?.[method]?.responses[status];
  if (!told) return [`${status} is not told`];
  const [content] = Object.values(told.content ?? {});
  if (!content?.schema) return ['no schema is told'];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const document = strict({ ...content.schema, components: description.components }) as object;
  const isRight = ajv.validate(document, body);
  return isRight ? [] : (ajv.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}

describe('GET /v1/openapi.json', () => {
  it('WS-70 tells every route that there is, and no other', async () => {
    const told = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(description.openapi).toBe('3.1.0');
    expect(told.sort()).toEqual(await registered());
  });

  it('WS-70 has every metric with its meaning, and refers to nothing that is not there', () => {
    const { schemas } = description.components;
    const metrics = schemas['Metric']!['anyOf'] as { const: string; description: string }[];
    expect(metrics.map((one) => one.const)).toEqual(SHEETS.map(({ id }) => id));
    for (const { prose, id } of SHEETS) {
      expect(metrics.find((one) => one.const === id)!.description).toContain(prose);
    }
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, target] of references) {
      expect(Object.keys(schemas)).toContain(target!.replace('#/components/schemas/', ''));
    }
  });

  it.each([
    ['/v1/metrics/{key}', '/v1/metrics/first-response-time?window=24h', 200],
    ['/v1/metrics/{key}', '/v1/metrics/conversation-volume?by=channel&window=24h', 200],
    ['/v1/metrics/{key}', `/v1/metrics/${SHEETS[CATALOGUE.length]!.id}`, 200],
    ['/v1/metrics/{key}', '/v1/metrics/no-such-metric', 404],
    ['/v1/metrics/{key}', '/v1/metrics/conversation-volume?window=2m', 400],
    ['/v1/metrics/{key}/explain', '/v1/metrics/first-response-time/explain?window=24h', 200],
    ['/v1/metrics/{key}/explain', '/v1/metrics/cost-per-contact/explain?window=24h', 200],
    ['/v1/metrics/{key}/explain', '/v1/metrics/conversation-volume/explain?limit=0', 400],
    ['/v1/tree', '/v1/tree?window=24h', 200],
    ['/v1/tree', '/v1/tree?at=2999-01-01', 400],
    ['/v1/alerts', '/v1/alerts', 200],
    ['/v1/screens', '/v1/screens', 200],
    ['/registry/subjects', '/registry/subjects', 200],
    ['/registry/subjects/{subject}/versions', '/registry/subjects/metrics.v1-value/versions', 200],
    [
      '/registry/subjects/{subject}/versions/{version}',
      '/registry/subjects/metrics.v1-value/versions/latest',
      200,
    ],
    [
      '/registry/subjects/{subject}/versions/{version}',
      '/registry/subjects/metrics.v1-value/versions/newest',
      422,
    ],
    ['/registry/schemas/ids/{id}', '/registry/schemas/ids/999', 404],
    ['/healthz', '/healthz', 200],
    ['/readyz', '/readyz', 200],
  ])('WS-70 %s: %s answers as it is told, %i', async (template, path, status) => {
    const answer = await fetch(`${harness.url}${path}`);
    const body: unknown = await answer.json();
    expect([answer.status, faultsOf('get', template, answer.status, body)]).toEqual([status, []]);
  });

  it.each([
    ['post', '/v1/ws-tickets', undefined, 200],
    ['post', '/v1/notices', { text: 'Back at noon', minutes: 5 }, 200],
    ['post', '/v1/notices', { text: '' }, 400],
    ['post', '/v1/pair', { code: 'AAAA' }, 404],
  ])('WS-70 %s %s %j answers as it is told, %i', async (method, path, sent, status) => {
    const body = sent === undefined ? {} : { body: JSON.stringify(sent) };
    const headers = sent === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${harness.url}${path}`, { method, headers, ...body });
    const got: unknown = await answer.json();
    expect([answer.status, faultsOf(method, path, answer.status, got)]).toEqual([status, []]);
  });

  it('WS-70 a field that is not told, or is of another type, would be seen', async () => {
    const answer = await fetch(`${harness.url}/v1/metrics/conversation-volume`);
    const value = (await answer.json()) as object;
    const faults = (body: object): string[] => faultsOf('get', '/v1/metrics/{key}', 200, body);
    expect(faults(value)).toEqual([]);
    expect(faults({ ...value, more: 1 })).not.toEqual([]);
    expect(faults({ ...value, n: 'many' })).not.toEqual([]);
  });

  it('WS-70 whoever may not read values may not read it', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.9' };
    expect((await fetch(`${harness.url}/v1/openapi.json`, { headers })).status).toBe(403);
  });
});
