import { beforeEach, describe, expect, it } from 'vitest';
import { createSeededRng } from './clock/rng.ts';
import { createVirtualClock, type VirtualClock } from './clock/virtual.ts';
import type { LogRecord } from './ports.ts';
import { createSimulated, type Simulated, type SimulatedConnection } from './simulated/index.ts';
import { createStepRunner, type StepRunner } from './step-runner.ts';
import { awaitIdle, createRunGroup } from './supervise.ts';

const codec = {
  encode: (n: { readonly off: number; readonly notes: number }): Uint8Array =>
    Buffer.from(JSON.stringify(n)),
  decode: (bytes: Uint8Array): { off: number; notes: number } =>
    JSON.parse(Buffer.from(bytes).toString()),
  initial: { off: 0, notes: 0 },
  offsetOf: ({ off }: { readonly off: number }): number => off,
};
type Position = { readonly off: number; readonly notes: number };

describe('step runner and run group', () => {
  let clock: VirtualClock;
  let world: Simulated;
  let handled: string[] = [];
  beforeEach(() => {
    clock = createVirtualClock(0);
    world = createSimulated({ clock });
    handled = [];
  });
  const put = (...texts: string[]): Promise<unknown> =>
    world.log.append(
      'raw.pylon.v1',
      0,
      texts.map((text) => ({ key: null, value: Buffer.from(text) })),
    );
  const runner = (
    connection: SimulatedConnection,
    process?: (records: readonly LogRecord[], position: Position) => Promise<Position>,
  ): StepRunner<Position> =>
    createStepRunner<Position>({
      ...connection,
      name: 'normalizer',
      topic: 'raw.pylon.v1',
      partition: 0,
      clock,
      rng: createSeededRng(1),
      telemetry: () => {},
      record: 'normalizer/pylon',
      position: codec,
      process:
        process ??
        (async (records, position) => {
          for (const { value } of records) handled.push(Buffer.from(value!).toString());
          return { ...position, off: records.at(-1)!.offset + 1 };
        }),
    });

  it('STEP-1 handles records in order and goes on where it stood', async () => {
    await put('a', 'b');
    const first = runner(world.connect());
    await first.start();
    await awaitIdle([first]);
    await first.update((p) => ({ ...p, notes: 7 }));
    await first.stop();
    expect(await first.ended).toBeNull();
    await put('c');
    const second = runner(world.connect());
    await second.start();
    await awaitIdle([second]);
    expect(handled).toEqual(['a', 'b', 'c']);
    expect(second.current()).toEqual({ off: 3, notes: 7 });
    await second.stop();
  });

  it('STEP-2 a step that fails is tried again with the same records, and at last stands still', async () => {
    await put('a');
    let tries = 0;
    const flaky = runner(world.connect(), async (_records, position) => {
      if (++tries < 3) throw new Error('away');
      return { ...position, off: 1 };
    });
    await flaky.start();
    while (flaky.offset() === 0) {
      await awaitIdle([flaky]);
      clock.advanceTo(clock.now() + 1_000);
    }
    expect(tries).toBe(3);
    await flaky.stop();
    await put('b');
    const broken = runner(world.connect(), async () => Promise.reject(new Error('a bug')));
    await broken.start();
    let end: unknown;
    void broken.ended.then((result) => {
      end = result;
    });
    while (!end) {
      await awaitIdle([broken]);
      clock.advanceTo(clock.now() + 10_000);
    }
    expect(end).toMatchObject({ reason: 'FAILED', detail: 'a bug' });
  });

  it('STEP-3 records passed by retention, or a log cut short, stop it', async () => {
    await put('a', 'b', 'c');
    await world.store.putRecord('normalizer/pylon', codec.encode({ off: 9, notes: 0 }));
    const ahead = runner(world.connect());
    await ahead.start();
    expect(await ahead.ended).toMatchObject({ reason: 'LOG_TRUNCATED' });
    await world.store.putRecord('normalizer/pylon', null);
    await world.log.trim('raw.pylon.v1', 0, 2);
    const behind = runner(world.connect());
    await behind.start();
    expect(await behind.ended).toMatchObject({ reason: 'PASSED_BY_RETENTION' });
  });

  it('GROUP-1 starts in order, stops in reverse, and undoes a start that failed', async () => {
    const told: string[] = [];
    const part = (name: string, bad = false) => ({
      name,
      start: async () => {
        if (bad) throw new Error('no');
        told.push(`+${name}`);
      },
      stop: async () => void told.push(`-${name}`),
    });
    const deps = { clock, telemetry: () => {} };
    const group = createRunGroup([part('a'), part('b')], deps);
    await group.start();
    await group.stop();
    await group.stop();
    expect(told).toEqual(['+a', '+b', '-b', '-a']);
    told.length = 0;
    await expect(createRunGroup([part('a'), part('x', true)], deps).start()).rejects.toThrow('no');
    expect(told).toEqual(['+a', '-a']);
  });

  it('GROUP-2 a component that is busy without a step forward is reported, an idle one is not', async () => {
    const failures: string[] = [];
    let idle = false;
    const part = { name: 'p', position: () => 1, idle: () => idle };
    const group = createRunGroup([part], {
      clock,
      telemetry: () => {},
      onFailure: (name, reason) => failures.push(`${name} ${reason}`),
    });
    await group.start();
    const pass = async (ms: number): Promise<void> => {
      for (const until = clock.now() + ms; clock.now() < until; ) {
        clock.advanceTo(clock.now() + 5_000);
        await awaitIdle([]);
      }
    };
    await pass(70_000);
    expect(failures).toEqual(['p stuck']);
    idle = true;
    await pass(200_000);
    expect(failures).toEqual(['p stuck']);
    await group.stop();
  });
});
