import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SCHEMAS } from '@sapwood/contracts/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerSchemas } from './register.ts';

interface Held {
  readonly id: number;
  readonly schema: string;
}

/** As much of a registry as an import needs; it refuses an id outside of import mode. */
class Registry {
  readonly versions = new Map<string, Held>();
  readonly modes = new Map<string, string>();
  readonly seen: string[] = [];

  answer(method: string, path: string, body: string): { status: number; body: object } {
    this.seen.push(`${method} ${path}`);
    const [, kind, subject = '', , version = ''] = path.split('?')[0]!.split('/');
    if (kind === 'mode') {
      this.modes.set(subject, (JSON.parse(body) as { mode: string }).mode);
      return { status: 200, body: {} };
    }
    if (method === 'GET') {
      const held = this.versions.get(`${subject}/${version}`);
      return held ? { status: 200, body: held } : { status: 404, body: { error_code: 40_402 } };
    }
    if (this.modes.get(subject) !== 'IMPORT') return { status: 422, body: { message: 'no id' } };
    const { id, schema, version: number } = JSON.parse(body) as Held & { version: number };
    this.versions.set(`${subject}/${number}`, { id, schema });
    return { status: 200, body: { id } };
  }
}

describe('topics register', () => {
  let registry: Registry;
  let server: Server;
  let url = '';
  beforeEach(async () => {
    registry = new Registry();
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const answer = registry.answer(request.method!, request.url!, body);
        response.writeHead(answer.status).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => server.close());
  const register = () => registerSchemas({ url, authorization: null, fetch });

  it('REG-1 every schema of every topic is uploaded under its own id, once', async () => {
    const first = await register();
    expect(new Set(first.map(({ how }) => how))).toEqual(new Set(['uploaded']));
    expect(new Set(first.map(({ id }) => id))).toEqual(new Set(SCHEMAS.map(({ id }) => id)));
    expect(registry.versions.get('facts.v1-value/1')).toMatchObject({ id: 2 });
    expect(new Set(registry.modes.values())).toEqual(new Set(['READWRITE']));
    const again = await register();
    expect(new Set(again.map(({ how }) => how))).toEqual(new Set(['there']));
  });

  it('REG-2 what is there under our name and is not ours stops it, and is left alone', async () => {
    registry.versions.set('facts.v1-value/1', { id: 7, schema: '{"type":"string"}' });
    await expect(register()).rejects.toThrow(
      'facts.v1-value version 1 has another schema there, ours is id 2',
    );
    expect(registry.versions.get('facts.v1-value/1')!.id).toBe(7);
  });
});
