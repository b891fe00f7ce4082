import { existsSync, readFileSync } from 'node:fs';
import { createPylonClient, type PylonClient } from '@sapwood/pylon/client';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedRest, type SimulatedRest } from './rest.ts';
import { createSimulatedTenant } from './world.ts';

const START = Date.parse('2026-06-10T09:00:00Z');
const clock = createSystemClock();
const world = createSimulatedTenant({ seed: 3, startMs: START });
while (world.behaviour.nextAt() < START + 3_600_000) world.behaviour.step();

let rest: SimulatedRest;
let client: PylonClient;
beforeAll(async () => {
  rest = createSimulatedRest({ world, clock, token: 't' });
  const baseUrl = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  const { fetch } = globalThis;
  client = createPylonClient({ baseUrl, token: 't', fetch, clock, random: () => 0, budget: 'off' });
});
afterAll(() => rest.server.close());

const issue = [...world.tenant.issues.values()].find((one) => one.messages.length > 2)!;

describe('the simulated API through the real client', () => {
  it('SIM-30 issues by id and by number, messages oldest first, nobody home', async () => {
    const byId = await client.getIssue(issue.id);
    expect(byId).toMatchObject({
      kind: 'ok',
      value: { number: issue.number, source: issue.channel },
    });
    expect(await client.getIssue(String(issue.number))).toEqual(byId);
    const messages = await client.getMessages(issue.id);
    expect(messages.kind === 'ok' && messages.value.map(({ id }) => id)).toEqual(
      issue.messages.map(({ id }) => id),
    );
    expect((await client.getIssue('nobody')).kind).toBe('not_found');
  });
  it('SIM-31 a search pages to its end, an empty one says nothing', async () => {
    const after = new Date(START).toISOString();
    const all = await client.searchIssues({ field: 'updated_at', after });
    expect(all.kind === 'ok' && all.value.items.length).toBe(world.tenant.issues.size);
    const none = await client.searchIssues({ field: 'created_at', after: '2030-01-01T00:00:00Z' });
    expect(none).toEqual({ kind: 'ok', value: { items: [], cursor: null } });
  });
  it('SIM-32 lists, and bad days when told', async () => {
    expect((await client.statuses()).kind).toBe('ok');
    expect((await client.teams()) as object).toMatchObject({
      value: { items: [{ name: 'Frontline' }, {}, {}] },
    });
    const users = await client.users();
    expect(users.kind === 'ok' && users.value.items.length).toBe(13);
    const accounts = await client.accounts();
    expect(accounts.kind === 'ok' && accounts.value.items[0]).toMatchObject({
      custom_fields: { tier: { value: 'enterprise' }, arr: { value: '240000' } },
    });
    const { id } = world.staff.accounts[1]!;
    expect(await client.account(id)).toMatchObject({ kind: 'ok', value: { id } });
    const contacts = await client.contacts();
    expect(contacts.kind === 'ok' && contacts.value.items.length).toBe(144);
    const fields = await client.customFields('account');
    expect(fields.kind === 'ok' && fields.value.items.map(({ slug }) => slug)).toEqual([
      'tier',
      'arr',
    ]);
    expect((await client.me()).kind).toBe('ok');
    rest.fail(429, 1);
    expect(await client.teams()).toEqual({ kind: 'limited', retryAfterMs: 1_000 });
    rest.fail(500, 1);
    expect((await client.teams()).kind).toBe('failed');
    expect((await client.teams()).kind).toBe('ok');
    rest.allow('/contacts', false);
    expect(await client.contacts()).toMatchObject({ status: 403, code: 'permission_denied' });
    rest.allow('/contacts', true);
  });
  it('SIM-34 what is deleted is gone without a trace, and a status of its own has its category', async () => {
    const own = createSimulatedTenant({ seed: 4, startMs: START });
    while (own.tenant.issues.size < 3) own.behaviour.step();
    const [first, second] = [...own.tenant.issues.keys()];
    own.tenant.setState(START, first!, 'on_hold', 'waiting_on_engineering');
    own.tenant.remove(second!);
    const other = createSimulatedRest({ world: own, clock, token: 't' });
    const ask = async (url: string, payload?: object): Promise<unknown> => {
      const headers = { authorization: 'Bearer t' };
      const call = payload ? ({ method: 'POST', payload } as const) : {};
      return (await other.server.inject({ url, headers, ...call })).json();
    };
    expect(await ask(`/issues/${second}`)).toMatchObject({ errors: ['not_found'] });
    const filter = { field: 'state', operator: 'not_in', values: ['new', 'closed'] };
    const found = (await ask('/issues/search', { filter })) as { data: { id: string }[] };
    expect(found.data.map(({ id }) => id)).toContain(first);
    expect(found.data.map(({ id }) => id)).not.toContain(second);
    const statuses = (await ask('/issue-statuses')) as { data: object[] };
    expect(statuses.data).toContainEqual(
      expect.objectContaining({ slug: 'waiting_on_engineering', category: 'on_hold' }),
    );
    await other.server.close();
  });
  it('SIM-33 its own limits, when they are on', async () => {
    const limited = createSimulatedRest({ world, clock, token: 't', limits: true });
    const codes: number[] = [];
    for (let i = 0; i < 12; i++) {
      const answer = await limited.server.inject({
        url: '/issue-statuses',
        headers: { authorization: 'Bearer t' },
      });
      codes.push(answer.statusCode);
    }
    expect(codes.filter((code) => code === 429).length).toBeGreaterThan(0);
    expect((await limited.server.inject({ url: '/me' })).statusCode).toBe(401);
    await limited.server.close();
  });
});

// The vendor's own description of its API is reference data beside the checkout, not part of it.
const OPENAPI = new URL('../../../shared/data/pylon-openapi-2026-04-21.json', import.meta.url);
const known = existsSync(OPENAPI);
if (!known) {
  if (process.env['SAPWOOD_TEST_REQUIRE'] === 'all') throw new Error(`${OPENAPI} is required`);
  console.warn(`\n*** SKIPPED: the vendor's published shapes (no ${OPENAPI}) ***\n`);
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** Differences in shape; null stands for "unset" everywhere, though the file marks nothing nullable. */
function differences(
  value: unknown,
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  if (value === null || value === undefined) return [];
  if (schema.$ref)
    return differences(value, schemas[schema.$ref.split('/').at(-1)!]!, schemas, path);
  if (Array.isArray(value)) {
    if (schema.type !== 'array') return [`${path}: an array where ${schema.type} belongs`];
    return value.flatMap((item, i) =>
      differences(item, schema.items ?? {}, schemas, `${path}[${i}]`),
    );
  }
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => {
      const known = schema.properties?.[key];
      const other =
        typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
      if (!known && !other) return [`${path}.${key}: not in the file`];
      return differences(inner, (known ?? other)!, schemas, `${path}.${key}`);
    });
  }
  const type = typeof value === 'number' ? ['integer', 'number'] : [typeof value];
  if (schema.type && !type.includes(schema.type))
    return [`${path}: ${typeof value} where ${schema.type} belongs`];
  return schema.enum && !schema.enum.includes(value)
    ? [`${path}: ${String(value)} is no ${schema.enum}`]
    : [];
}

describe.skipIf(!known)("the vendor's published shapes", () => {
  it('SIM-40 every answer has only fields and types that the OpenAPI file knows', async () => {
    const file = JSON.parse(readFileSync(OPENAPI, 'utf8'));
    const schemas = file.components.schemas as Record<string, Schema>;
    const get = async (path: string, template: string, method = 'get'): Promise<string[]> => {
      const headers = { authorization: 'Bearer t' };
      const answer = await (method === 'get'
        ? rest.server.inject({ url: path, headers })
        : rest.server.inject({ method: 'POST', url: path, headers, payload: {} }));
      const schema =
        file.paths[template][method].responses['200'].content['application/json'].schema;
      return differences(answer.json(), schema, schemas, path);
    };
    world.tenant.edit(clock.now(), issue.id, {
      ...{ external: ['DEV-1'], csat: [4], snoozedUntil: clock.now(), breachAt: clock.now() },
    });
    const found = [
      ...(await get('/me', '/me')),
      ...(await get('/issue-statuses', '/issue-statuses')),
      ...(await get('/users', '/users')),
      ...(await get('/teams', '/teams')),
      ...(await get('/accounts?limit=5', '/accounts')),
      ...(await get(`/accounts/${world.staff.accounts[0]!.id}`, '/accounts/{id}')),
      ...(await get('/contacts?limit=5', '/contacts')),
      ...(await get('/custom-fields?object_type=account', '/custom-fields')),
      ...(await get(`/issues/${issue.id}/messages`, '/issues/{id}/messages')),
      ...(await get('/issues/search', '/issues/search', 'post')),
    ];
    for (const { id } of [...world.tenant.issues.values()].slice(0, 50)) {
      found.push(...(await get(`/issues/${id}`, '/issues/{id}')));
    }
    expect([...new Set(found)]).toEqual([]);
  });
});
