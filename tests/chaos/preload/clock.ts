/**
 * Loaded before the process under test: `Date` is off by what stands in a file, in ms, so that a clock
 * can be set while it runs. The monotonic clock is left alone, as a machine would leave it.
 */
import { readFileSync } from 'node:fs';
import { CLOCK_ENV } from '../shifted-clock.ts';

const file = process.env[CLOCK_ENV];
/** How often the file is looked at. */
const LOOK_MS = 20;
const RealDate = Date;
let offMs = 0;
let lookedAtMs = Number.NEGATIVE_INFINITY;

function off(): number {
  const nowMs = performance.now();
  if (file && nowMs - lookedAtMs > LOOK_MS) {
    lookedAtMs = nowMs;
    try {
      const read = Number(readFileSync(file, 'utf8'));
      // A file that is just being written is empty.
      if (Number.isFinite(read)) offMs = read;
    } catch {}
  }
  return offMs;
}

const now = (): number => RealDate.now() + off();

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => new target(...((args.length === 0 ? [now()] : args) as [number])),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
