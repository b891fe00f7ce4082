import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { TelemetryEvent } from '../telemetry.ts';
import { connectAdmin } from './connect-admin.ts';

/** Nobody listens there: it was free a moment ago. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

it('KAFKA-13 where no broker lets us in one sentence says so, and its tries are for debugging', async () => {
  const told: TelemetryEvent[] = [];
  const broker = await deadAddress();
  const connecting = connectAdmin({
    connection: { brokers: [broker], clientId: 'test' },
    rng: { next: () => 0.5, id: () => '' },
    telemetry: (event) => told.push(event),
  });
  await expect(connecting).rejects.toMatchObject({
    code: 'SAPWOOD_LOG_UNREACHABLE',
    message: expect.stringContaining(`No Kafka broker let us in at ${broker}: `),
  });
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((event) => event.type !== 'Notice' || event.level !== 'debug')).toEqual([]);
});
