/** F18: the disk of the store is full. 503, nothing damaged, and it goes on once there is room. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite, type Site } from '../site.ts';

const DISK = '48m';
const SIZES = { test: 1, ci: 3 } as const;
const ALLOWED = [0, 200, 202, 503];
/** How long it stays full. */
const FULL_MS = 5_000;
const BACK_MS = 30_000;
const BLOCK = Buffer.alloc(64 * 1024);
/** What is left when the ballast lies: less than a group commit needs, more than nothing. */
const LEFT_BYTES = 128 * 1024;

interface Disk {
  readonly folder: string;
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A small file system of its own, null where that is not allowed. */
function mountDisk(): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => {
      const file = openSync(ballast, 'a');
      const { bsize } = statfsSync(folder);
      try {
        while (statfsSync(folder).bavail * bsize > LEFT_BYTES) writeSync(file, BLOCK);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function trial(site: Site, disk: Disk, options: Options, n: number): Promise<Outcome> {
  const problems: string[] = [];
  const backMs: number[] = [];
  let { cli } = await site.ready();
  const accountant = site.accountant({ seed: options.seed });
  for (let i = 0; i < n; i++) {
    await accountant.acked(50);
    const before = accountant.report().statuses[503] ?? 0;
    disk.fill();
    await until(
      clock,
      'a full disk is answered with 503',
      () => cli.isEnded() || (accountant.report().statuses[503] ?? 0) > before + 3,
      BACK_MS,
    );
    await clock.sleep(FULL_MS);
    if (cli.isEnded())
      problems.push(`it ended on a full disk: ${(await cli.ended).stderr.slice(-800)}`);
    if (i % 2 === 1 && !cli.isEnded()) {
      // Killed while full, started while full: it may refuse, in one sentence, or serve.
      await cli.kill();
      cli = site.start();
      await clock.sleep(FULL_MS);
    }
    disk.free();
    const freedAt = clock.monotonic();
    if (cli.isEnded()) {
      const { stderr, code } = await cli.ended;
      options.say(`on a full disk it ended with ${code}: ${stderr.trim().split('\n').at(-1)}`);
      cli = site.start();
    }
    await accountant.acked(20);
    backMs.push(Math.round(clock.monotonic() - freedAt));
  }
  const end = await ending({ site, accountant, cli, allowed: ALLOWED });
  const figures = { ...end.figures, 'taking again': spread(backMs) };
  return { trials: n, problems: [...problems, ...end.problems], figures };
}

export async function fullDisk(options: Options): Promise<Outcome> {
  const n = options.trials ?? SIZES[options.size];
  const disk = mountDisk();
  if (!disk) {
    return {
      trials: 0,
      problems: [],
      figures: {},
      skipped: 'a tmpfs cannot be mounted here (not root)',
    };
  }
  const data = join(disk.folder, 'data');
  mkdirSync(data);
  const site = await openSite({ data });
  try {
    return await trial(site, disk, options, n);
  } finally {
    await site.clean();
    disk.unmount();
  }
}

export const scenario: Scenario = { ids: ['F18'], about: 'the disk is full', run: fullDisk };
