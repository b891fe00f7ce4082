/** A seeded floor with plausible numbers, published as the aggregator would. */
import type { Cell, Frame, Series, WindowCode } from '@sapwood/core/metrics';
import { WINDOW_CODES } from '@sapwood/core/metrics';
import { cell, frame, type Harness, series, testClock } from '../integration/gateway-harness.ts';

const MINUTE_MS = 60_000;
const HOURS: Readonly<Record<Exclude<WindowCode, 'now'>, number>> = {
  '5m': 1 / 12,
  '15m': 0.25,
  '30m': 0.5,
  '60m': 1,
  '24h': 24,
  bday: 9,
  '7d': 7 * 24,
  '28d': 28 * 24,
  '56d': 56 * 24,
  '90d': 90 * 24,
};

type PerWindow = (hours: number) => Partial<Cell>;

function shaped(key: string, offset: number, change: Partial<Series>, per: PerWindow): Series {
  const flowing = WINDOW_CODES.filter((window) => window !== 'now');
  const cells = flowing.map((window) => cell(window, per(HOURS[window])));
  return { ...series(key, offset, 0), ...change, cells };
}

function count(perHour: number, beforePerHour: number): PerWindow {
  return (hours) => {
    const value = Math.round(perHour * hours);
    return { value, n: value, vsPrev: Math.round(beforePerHour * hours) };
  };
}

export interface Scene {
  readonly email: number;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly unassigned: number;
  /** Where targets are declared: due in 15 min, the first of them, over, and what was kept today. */
  readonly promised?: {
    readonly due15: number;
    readonly firstMs: number;
    readonly over: number;
    readonly kept: readonly [met: number, of: number];
  };
}

export const CALM: Scene = { email: 96, waiting: 14, oldestMs: 38 * MINUTE_MS, unassigned: 6 };

const gauge = (key: string, offset: number, value: number): Series => ({
  ...series(key, offset, value, { form: 'GAUGE', better: -1 }),
  cells: [cell('now', { value, n: value, vsPrev: null })],
});

function promisedSeries(offset: number, promised: NonNullable<Scene['promised']>): Series[] {
  const { due15, firstMs, over, kept } = promised;
  const now = (key: string, value: number): Series => gauge(key, offset, value);
  const running = { ...now('sla-running', 40), firstDueAt: testClock.now() + firstMs };
  const [num, den] = kept;
  const share = { form: 'RATIO', unit: 'ppm', better: 1, additive: false } as const;
  const value = Math.round((num * 1_000_000) / den);
  return [
    ...[now('sla-due-15m', due15), running, now('sla-breached-open', over)],
    shaped('sla-first', offset, share, () => ({
      value,
      num,
      den,
      n: den,
      vsPrev: 930_000,
      vsHow: 925_000,
    })),
  ];
}

/** Every series of the default tree and floor, at one offset. */
export function sceneSeries(offset: number, scene: Scene): Series[] {
  const now = testClock.now();
  const volume = scene.email + 74 + 21;
  const cost = 1_790_000_000;
  const handled = volume - 9 - 6;
  const waits = (n: number, oldestMs: number): Series['waiting'] => ({
    count: n,
    oldestSince: n > 0 ? now - oldestMs : null,
  });
  const minutes: PerWindow = (hours) => ({
    value: 14 * MINUTE_MS,
    n: Math.round(150 * hours),
    lowN: 150 * hours < 10,
    mean: 21 * MINUTE_MS,
    p50: 14 * MINUTE_MS,
    p90: 52 * MINUTE_MS,
    max: 140 * MINUTE_MS,
    vsPrev: 13 * MINUTE_MS,
  });
  const duration = { form: 'DUR', unit: 'ms', better: -1, additive: false } as const;
  const money = { form: 'MONEY', unit: 'micro', better: -1 } as const;
  const channel = (name: string, perHour: number, before: number): Series =>
    shaped(`conversation-volume{channel=${name}}`, offset, {}, count(perHour, before));
  return [
    ...(scene.promised ? promisedSeries(offset, scene.promised) : []),
    gauge('team-workload', offset, 42),
    gauge('team-workload{assignee=__none__}', offset, scene.unassigned),
    gauge('team-workload{team=__none__}', offset, Math.floor(scene.unassigned / 2)),
    shaped('cost-per-contact', offset, { ...money, additive: false }, (hours) => ({
      value: Math.round(cost / handled),
      n: Math.round(handled * hours),
      vsPrev: 9_020_000,
      shares: [
        { child: 'total-support-cost', share: 210_000 },
        { child: 'contacts-handled', share: 690_000 },
      ],
    })),
    shaped('total-support-cost', offset, money, (hours) => ({
      value: Math.round(cost * hours),
      n: 1,
      vsPrev: Math.round(1_740_000_000 * hours),
    })),
    shaped('contacts-handled', offset, {}, (hours) => ({
      ...count(handled, 192)(hours),
      shares: [
        { child: 'conversation-volume', share: -17 },
        { child: 'contacts-unhandled-change', share: -1 },
      ],
    })),
    shaped('conversation-volume', offset, {}, count(volume, 205)),
    channel('email', scene.email, 104),
    channel('chat', 74, 79),
    channel('slack', 21, 22),
    shaped('contacts-unhandled-change', offset, { better: -1 }, count(6, 9)),
    ...['first-response-time', 'message-response-time'].flatMap((key) => [
      shaped(key, offset, { ...duration, waiting: waits(scene.waiting, scene.oldestMs) }, minutes),
      shaped(
        `${key}{channel=email}`,
        offset,
        { ...duration, waiting: waits(Math.ceil(scene.waiting * 0.6), scene.oldestMs) },
        minutes,
      ),
      shaped(
        `${key}{team=billing}`,
        offset,
        { ...duration, waiting: waits(Math.ceil(scene.waiting * 0.6), scene.oldestMs) },
        minutes,
      ),
      shaped(
        `${key}{channel=chat}`,
        offset,
        { ...duration, waiting: waits(Math.floor(scene.waiting * 0.4), scene.oldestMs / 3) },
        minutes,
      ),
    ]),
    shaped(
      'conversation-handoff-rate',
      offset,
      { form: 'RATIO', unit: 'ppm', better: -1, additive: false },
      (hours) => {
        const den = Math.round(172 * hours);
        const num = Math.round(21 * hours);
        const value = den === 0 ? null : Math.round((num * 1_000_000) / den);
        return {
          value,
          num,
          den,
          n: den,
          lowN: den < 20,
          low: 80_000,
          high: 170_000,
          vsPrev: 165_000,
        };
      },
    ),
  ];
}

/** Publishes a pass now, and a frame each second until `stop`. */
export class LiveFeed {
  readonly #harness: Harness;
  #offset = 10;
  #timer: ReturnType<typeof setInterval> | null = null;
  scene: Scene = CALM;
  change: () => Partial<Frame> = () => ({});

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  /** The next pass comes at an offset after this one. */
  jump(offset: number): void {
    this.#offset = offset;
  }

  async pass(): Promise<number> {
    this.#offset += 1;
    const offset = this.#offset;
    await this.#harness.publish.pass(sceneSeries(offset, this.scene), frame(offset, this.change()));
    return offset;
  }

  async frame(): Promise<void> {
    await this.#harness.publish.frame(frame(this.#offset, this.change()));
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.frame(), 1_000);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
