/**
 * Many screens in one process, from as many addresses as the gateway's limits ask for. It notes how
 * long each was away, whether a version went back on any, and at the end whether all show the same.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect } from '@sapwood/client';
import { clock } from '../../support/process.ts';
import type { CrowdOptions, CrowdReport } from './crowd.ts';

const REPORT_MS = 100;
/** Below the gateway's limit of 50. */
const PER_ADDRESS = 40;

const options = JSON.parse(process.argv[2]!) as CrowdOptions;
const fromGateway = createRequire(
  new URL('../../../services/gateway/package.json', import.meta.url),
);
const { WebSocket: Socket } = createRequire(fromGateway.resolve('@fastify/websocket'))('ws') as {
  WebSocket: new (url: string | URL, protocols: string[], options: object) => object;
};

const awayMs: number[] = [];
let wentBack = 0;
/** Only once nothing moves any more: it costs. */
let comparing = false;

function screen(index: number) {
  const localAddress = `127.0.0.${2 + Math.floor(index / PER_ADDRESS)}`;
  class Local extends Socket {
    constructor(url: string | URL, protocols: string[]) {
      super(url, protocols, { localAddress });
    }
  }
  const versions = new Map<string, readonly [number, number]>();
  const client = connect({ url: options.url, kind: 'wall', webSocket: Local });
  let awaySince: number | null = null;
  client.onUpdate((update) => {
    if (update.kind === 'status') {
      if (update.status === 'away') awaySince ??= clock.monotonic();
      if (update.status === 'live' && awaySince !== null) {
        awayMs.push(Math.round(clock.monotonic() - awaySince));
        awaySince = null;
      }
      return;
    }
    for (const [key, { topology, offset }] of client.state.values) {
      const [t, o] = versions.get(key) ?? [0, 0];
      if (topology < t || (topology === t && offset < o)) wentBack += 1;
      versions.set(key, [topology, offset]);
    }
  });
  const picture = (): string =>
    createHash('sha256')
      .update(JSON.stringify([...versions].sort(([a], [b]) => (a < b ? -1 : 1))))
      .digest('hex');
  return { client, picture };
}

const screens = Array.from({ length: options.screens }, (_, index) => screen(index));
const tell = (): void => {
  const report: CrowdReport = {
    live: screens.filter(({ client }) => client.status === 'live').length,
    pictures: comparing ? new Set(screens.map(({ picture }) => picture())).size : 0,
    ...{ awayMs, wentBack },
  };
  process.send?.(report);
  clock.after(REPORT_MS, tell);
};
tell();
process.on('message', () => {
  comparing = true;
});
process.on('disconnect', () => process.exit(1));
