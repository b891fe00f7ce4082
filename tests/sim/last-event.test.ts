/** Nothing comes any more: what a window held leaves it by the clock alone (reliability.md 1.10). */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Series } from '@sapwood/core/metrics';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createSimulated } from '@sapwood/runtime/simulated';
import { expect, it } from 'vitest';
import { Accountant } from './accountant.ts';
import { Machine } from './machine.ts';
import { passTo } from './pass-to.ts';
import { CONFIGS } from './plan.ts';
import {
  aggregatorProgram,
  type Doors,
  gatewayProgram,
  ingestProgram,
  normalizerProgram,
} from './programs.ts';
import { Desk } from './sender.ts';
import { Tally } from './tally.ts';
import { Viewer } from './viewer.ts';

const KEY = 'conversation-volume';
const at = (time: string): number => Date.parse(`2026-06-10T${time}Z`);
const volume = (series: Series | undefined): number | null | undefined =>
  series?.cells.find(({ window }) => window === '15m')?.value;

it('TIME-1 the last event at 14:00: the volume of 15 minutes is 0 on topic and screen by 14:15:06', async () => {
  const accountant = new Accountant();
  const problems: string[] = [];
  const problem = (text: string): void => void problems.push(text);
  const doors: Doors = { server: null, gate: null, config: CONFIGS[0]! };
  const rng = createSeededRng(1);
  const machine = new Machine({
    ...{ rng, startMs: at('13:58:00'), telemetry: () => {} },
    simulated: (clock) =>
      createSimulated({
        ...{ clock, rng, outbox: 'log', faults: {} },
        ...{ onFault: () => {}, onWrite: accountant.onWrite },
      }),
    crash: () => ({ chance: 0, pointsMax: 1 }),
    onDeath: problem,
    onStop: (name, detail) => problem(`${name}: ${detail}`),
  });
  const { clock } = machine;
  machine.spawn('ingest', ingestProgram(doors));
  machine.spawn(
    'normalizer',
    normalizerProgram(doors, (error) => problem(error.message)),
  );
  machine.spawn('aggregator', aggregatorProgram());
  machine.spawn('gateway', gatewayProgram(doors));
  await passTo(clock, at('13:59:00'));
  const viewer = new Viewer({
    ...{ name: 'viewer', workspace: 'acme', clock, tally: new Tally(), problem },
  });
  viewer.connect(doors.gate!);
  const shown = (): unknown[] => {
    const records = accountant
      .records(TOPICS.metrics.name)
      .filter(({ key }) => key === `acme/${KEY}`);
    const last = records.at(-1)?.value;
    const { series } = last ? metricCodec.decode(last) : {};
    return [volume(series ?? undefined), volume(viewer.state.values.get(KEY))];
  };

  await passTo(clock, at('14:00:00'));
  // Of these dice the desk's first change opens a conversation.
  const { url, headers, body } = new Desk('acme', { ...rng, next: () => 0.5 }).change(clock.now());
  const posting = doors.server!.inject({
    method: 'POST',
    url,
    headers: { ...headers },
    payload: body,
  });
  await passTo(clock, at('14:00:06'));
  expect((await posting).statusCode).toBe(200);
  expect(shown()).toEqual([1, 1]);
  await passTo(clock, at('14:14:59'));
  expect(shown()).toEqual([1, 1]);
  await passTo(clock, at('14:15:06'));
  expect(shown()).toEqual([0, 0]);
  expect(problems).toEqual([]);
});
