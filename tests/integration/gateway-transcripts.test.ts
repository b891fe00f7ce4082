import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { frame, type Harness, RawClient, series, startGateway, until } from './gateway-harness.ts';

const folder = new URL('../../packages/protocol/transcripts/', import.meta.url);

interface Step {
  readonly feed?: { readonly series: Record<string, number>; readonly offset: number };
  readonly client?: object;
  readonly server?: { readonly type: string };
  readonly close?: number;
}

let harness: Harness | null = null;
let client: RawClient | null = null;

afterEach(async () => {
  client?.close();
  await harness?.close();
  client = null;
  harness = null;
});

describe('golden transcripts', () => {
  it.each(readdirSync(folder))('WS-52 a real gateway plays %s', async (name) => {
    const steps = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Step[];
    const gateway = await startGateway();
    harness = gateway;
    let at = 0;
    for (const step of steps) {
      if (step.feed) {
        const { offset } = step.feed;
        const values = Object.entries(step.feed.series).map(([k, v]) => series(k, offset, v));
        await gateway.publish.pass(values, frame(offset));
        await until('an idle gateway', () => gateway.gateway.idle());
        continue;
      }
      if (!client) {
        client = new RawClient(gateway.port);
        await client.open();
      }
      const open = client;
      if (step.client) open.send(step.client);
      if (step.close) expect(await until('a close', () => open.closeCode)).toBe(step.close);
      if (!step.server) continue;
      // Heartbeats depend on time alone and may stand anywhere.
      const messages = (): RawClient['messages'] =>
        open.messages.filter((message) => message.type !== 'heartbeat');
      const message = await until(`a ${step.server.type}`, () => messages()[at]);
      expect(message).toMatchObject(step.server);
      at += 1;
    }
  });
});
