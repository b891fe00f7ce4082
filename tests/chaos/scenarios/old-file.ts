/** F19, the file itself: an older copy put back, one cut short, one with foreign bytes in it. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import { runCli } from '../../support/process.ts';
import { ending } from '../ending.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { openSite, type Site } from '../site.ts';

const SIZES = { test: 4, ci: 20 } as const;
const FILES = ['sapwood.db', 'sapwood.db-wal'] as const;
const BLOCK_BYTES = 64 * 1024;
/** The head tells SQLite what the file is: past it, damage is harder to see. */
const HEAD_BYTES = 100;

function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of [...FILES, 'sapwood.db-shm']) rmSync(join(to, name), { force: true });
  for (const name of FILES)
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
}

type Damage = (file: string, rng: Rng) => void;
const DAMAGES: Readonly<Record<string, Damage>> = {
  cut: (file, rng) =>
    truncateSync(file, HEAD_BYTES + Math.floor(rng.next() * (statSync(file).size - HEAD_BYTES))),
  overwritten: (file, rng) => {
    const at =
      HEAD_BYTES + Math.floor(rng.next() * (statSync(file).size - HEAD_BYTES - BLOCK_BYTES));
    writeSync(openSync(file, 'r+'), Buffer.alloc(BLOCK_BYTES, 0xa5), 0, BLOCK_BYTES, at);
  },
  'with another head': (file) => {
    writeSync(openSync(file, 'r+'), Buffer.alloc(HEAD_BYTES, 0xa5), 0, HEAD_BYTES, 0);
  },
};

/** One sentence and exit 2; a file that looks whole to SQLite must at least not give other numbers. */
async function damaged(site: Site, how: string, rng: Rng): Promise<string[]> {
  const data = join(site.data, '..', `damaged-${rng.id()}`);
  copy(site.data, data);
  DAMAGES[how]!(join(data, FILES[0]), rng);
  const ending = await runCli(['start', '--config', site.config, '--data', data, '--port', '0']);
  const lines = ending.stderr.trim().split('\n');
  const isSentence =
    ending.code === 2 && lines.length === 1 && /damaged|cannot be opened/.test(lines[0]!);
  return isSentence
    ? []
    : [`a file that was ${how}: ${ending.code} ${ending.stderr.slice(0, 500)}`];
}

export async function oldFile(options: Options): Promise<Outcome> {
  const n = options.trials ?? SIZES[options.size];
  const rng = createSeededRng(options.seed);
  const site = await openSite();
  const problems: string[] = [];
  try {
    const first = await site.ready();
    const accountant = site.accountant({ seed: options.seed });
    await accountant.acked(100);
    await first.cli.stop();
    const kept = join(site.data, '..', 'kept');
    copy(site.data, kept);
    const second = await site.ready();
    // More than the ending sends: the offsets on the screens stay ahead of the older file's.
    await accountant.acked(200);
    await second.cli.stop();
    const hows = Object.keys(DAMAGES);
    for (let i = 0; i < n; i++)
      problems.push(...(await damaged(site, hows[i % hows.length]!, rng)));
    copy(kept, site.data);
    const { cli } = await site.ready();
    // What was acknowledged after the copy is gone, of course; the books of the rest are right.
    const end = await ending({ site, accountant, cli, allowed: [0, 200, 202, 503], aged: true });
    return { trials: n + 1, problems: [...problems, ...end.problems], figures: end.figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['F19b'],
  about: 'an older copy of the file, a cut and a damaged one',
  run: oldFile,
};
