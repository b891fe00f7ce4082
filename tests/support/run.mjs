/**
 * `npm test`: every tier that this machine can run, what it skipped and why, and one line at the end:
 * `N passed, N failed`. Plain JavaScript, so that it can speak on a Node that is too old for the rest.
 *
 * Usage: run.mjs [tier …] [-- vitest arguments]
 * SAPWOOD_TEST_REQUIRE=all makes a skip a failure; SAPWOOD_SEED reruns a seed; SAPWOOD_TEST_SIZE=ci
 * is the size of the gate: whole logs, and the larger files as well.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const REPORTER = join(ROOT, 'tests', 'support', 'reporter.ts');
const NODE_MAJOR_MIN = 24;
const isCi = process.env.SAPWOOD_TEST_SIZE !== undefined;
/** Lanes go on at once, on two cores: much of it waits. In each, what is quick and tells most comes first. */
const LANES = isCi
  ? [
      ['tidy', 'unit'],
      ['sim', 'hostile', 'replay', 'chaos'],
      ['cluster', 'contract', 'e2e', 'integration'],
    ]
  : [
      ['tidy', 'unit', 'integration', 'e2e'],
      ['sim', 'chaos'],
      ['cluster', 'contract', 'hostile', 'replay'],
    ];
const TIERS = LANES.flat();
/** A tier that takes longer hangs. */
const TIER_MS_MAX = 60 * 60_000;
const SKIPS_SHOWN_MAX = 30;
const SLOWEST_SHOWN = 8;

const requireAll = process.env.SAPWOOD_TEST_REQUIRE === 'all';

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  const found = process.versions.node;
  console.error(`Node ${NODE_MAJOR_MIN} or newer is needed, this is ${found}: use "npm test".`);
  process.exit(2);
}

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What a skipped test may have missed. */
function missingTools() {
  const tools = {
    'a Chromium (or SAPWOOD_TEST_CHROMIUM)':
      Boolean(process.env.SAPWOOD_TEST_CHROMIUM) ||
      ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(onPath),
    'redis-server (or SAPWOOD_REDIS_URL)':
      Boolean(process.env.SAPWOOD_REDIS_URL) || onPath('redis-server'),
    'java 17 for a Kafka broker (or SAPWOOD_KAFKA_BROKERS)':
      Boolean(process.env.SAPWOOD_KAFKA_BROKERS) || onPath('java'),
    'strace (power loss)': onPath('strace'),
  };
  return Object.keys(tools).filter((name) => !tools[name]);
}

/**
 * Runs one tier; resolves to its report, or null if there is none, and to what it printed: two tiers
 * that speak at once cannot be read.
 */
function runTier(tier, folder, extra) {
  const file = join(folder, `${tier}.json`);
  const args = ['run', '--project', tier, '--passWithNoTests', '--reporter=default'];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [VITEST, ...args, `--reporter=${REPORTER}`, ...extra], {
      cwd: ROOT,
      env: {
        ...process.env,
        SAPWOOD_TEST_REPORT: file,
        FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIER_MS_MAX,
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => printed.push(bytes));
    }
    child.on('error', () => resolve({ code: 1, report: null, printed }));
    child.on('close', (code) => {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
      resolve({ code: code ?? 1, report: text === null ? null : JSON.parse(text), printed });
    });
  });
}

/** A run that broke, or that found nothing wrong and yet ended badly, is a failure as well. */
function tally(tier, { code, report }) {
  const files = report ?? [];
  const count = {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failed: files.flatMap((file) => file.failed),
    skipped: files.flatMap((file) => file.skipped),
    files,
  };
  if (code !== 0 && count.failed.length === 0) {
    count.failed.push({ name: `the tier ${tier}`, reason: `it ended with ${code}` });
  }
  return count;
}

function tellSkips(skipped) {
  if (skipped.length === 0) return;
  const missing = missingTools();
  console.log(`\nSkipped ${skipped.length}:`);
  for (const { tier, name } of skipped.slice(0, SKIPS_SHOWN_MAX)) console.log(`  ${tier}: ${name}`);
  const more = skipped.length - SKIPS_SHOWN_MAX;
  if (more > 0) console.log(`  and ${more} more`);
  if (missing.length > 0) console.log(`Not found on this machine: ${missing.join(', ')}.`);
  if (requireAll) console.log('SAPWOOD_TEST_REQUIRE=all: each counts as failed.');
}

/** Where the minutes went. */
function tellSlowest(files) {
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN);
  console.log('\nSlowest files:');
  for (const { name, seconds } of slowest) {
    console.log(`  ${String(Math.round(seconds)).padStart(5)} s  ${name}`);
  }
}

async function main(argv) {
  const dash = argv.indexOf('--');
  const wanted = dash < 0 ? argv : argv.slice(0, dash);
  const extra = dash < 0 ? [] : argv.slice(dash + 1);
  const unknown = wanted.filter((tier) => !TIERS.includes(tier));
  if (unknown.length > 0) {
    console.error(`There is no tier ${unknown.join(', ')}; there are ${TIERS.join(', ')}.`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-tests-'));
  let passed = 0;
  const failed = [];
  const skipped = [];
  const files = [];
  const rows = [];
  const run = async (tier) => {
    const begun = performance.now();
    const { printed, ...result } = await runTier(tier, folder, extra);
    console.log(`\n== ${tier}`);
    for (const bytes of printed) process.stdout.write(bytes);
    const count = tally(tier, result);
    passed += count.passed;
    failed.push(...count.failed);
    files.push(...count.files);
    for (const name of count.skipped) skipped.push({ tier, name });
    const words = `${count.passed} passed, ${count.failed.length} failed, ${count.skipped.length} skipped`;
    const seconds = `${Math.round((performance.now() - begun) / 1_000)} s`;
    rows.push(
      `  ${tier.padEnd(12)} ${count.files.length === 0 ? 'no tests yet' : words.padEnd(36)} ${seconds}`,
    );
  };
  const lanes = LANES.map((lane) =>
    lane.filter((tier) => wanted.length === 0 || wanted.includes(tier)),
  );
  console.log(`${lanes.flat().join(', ')}: what a tier prints is shown when it has ended.`);
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const tier of lane) await run(tier);
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  tellSkips(skipped);
  tellSlowest(files);
  console.log(`\n${rows.join('\n')}`);
  if (!isCi) {
    console.log('SAPWOOD_TEST_SIZE=ci: whole logs, and the larger tests too.');
  }
  if (failed.length > 0) console.log('\nFailed:');
  for (const { name, reason } of failed) console.log(`  ${name}\n    ${reason}`);
  const failures = failed.length + (requireAll ? skipped.length : 0);
  console.log(`\n${passed} passed, ${failures} failed`);
  return failures > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
