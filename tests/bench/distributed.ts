/**
 * `npm run bench:distributed -- [idle] [load] [recovery] [rebuild]`: what the services on Kafka and Redis
 * cost at rest and under load, and how long they take after a fault. Of a run that `verify` finds wrong
 * no figure is printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seedDesk } from './distributed-desk.ts';
import { type Bench, idle, load, type Part, rebuild, recovery } from './distributed-parts.ts';
import { startBenchRig } from './distributed-rig.ts';

const PARTS: Readonly<Record<string, Part>> = { rebuild, load, recovery, idle };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    partitions: { type: 'string', default: '12' },
    session: { type: 'string', default: '10000' },
    seed: { type: 'string', default: process.env['SAPWOOD_SEED'] ?? '7' },
    /** Conversations in the busiest hour of the simulated past. */
    peak: { type: 'string', default: '180' },
    /** Webhooks a second. */
    rate: { type: 'string', default: '50' },
    /** Of each measurement under load, and of the idle one. */
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '5' },
    /** Lines of each profile. */
    lines: { type: 'string', default: '3' },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const partitions = Number(options.partitions);
const machine = (): string =>
  `${cpus().length} cores, load ${loadavg()
    .map((n) => n.toFixed(1))
    .join(' ')}`;
const rig = await startBenchRig({ partitions, sessionMs: Number(options.session) });
const profiles = mkdtempSync(join(tmpdir(), 'sapwood-profiles-'));
try {
  console.log(
    `Node ${process.version}, ${machine()}, seed ${options.seed}, ${partitions} partitions`,
  );
  const desk = await seedDesk(rig.log, partitions, Number(options.seed), Number(options.peak));
  console.log(`${desk.facts} facts of a simulated past`);
  const bench: Bench = {
    rig,
    desk,
    profiles,
    rate: Number(options.rate),
    seconds: Number(options.seconds),
    kills: Number(options.kills),
    lines: Number(options.lines),
    sessionMs: Number(options.session),
  };
  for (const [name, part] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const lines = await part(bench);
    console.log(`\n${name} (${machine()})`);
    for (const line of lines) console.log(`  ${line}`);
  }
} finally {
  await rig.clean();
  rmSync(profiles, { recursive: true, force: true });
}
