/**
 * `npm run test:chaos -- [--engine kafka] [F1 F5 …] [--trials N] [--ci] [--seconds N]`: faults on the
 * real process, or on services on a real Kafka and Redis, judged by an accountant outside them. Ends
 * with one line: `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { clock } from '../support/process.ts';
import { KAFKA_BY_HAND, KAFKA_SCENARIOS } from './kafka/scenarios/index.ts';
import { boundOf, type Options, type Outcome, type Scenario } from './scenario.ts';
import { BY_HAND, SCENARIOS } from './scenarios/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: 'sqlite' },
    trials: { type: 'string' },
    seconds: { type: 'string' },
    events: { type: 'string' },
    kills: { type: 'string' },
    ci: { type: 'boolean', default: false },
  },
});

const number = (name: 'trials' | 'seconds' | 'events' | 'kills'): object => {
  const text = values[name];
  if (text === undefined) return {};
  const n = Number(text);
  if (Number.isSafeInteger(n) && n > 0) return { [name]: n };
  console.error(`--${name} expects a whole number above 0.`);
  process.exit(2);
};
const seed = Number(process.env['SAPWOOD_SEED'] ?? 7);
const options: Options = {
  seed,
  size: values.ci ? 'ci' : 'test',
  ...number('trials'),
  ...number('seconds'),
  ...number('events'),
  ...number('kills'),
  say: (text) => console.log(`  … ${text}`),
};

/** What runs unless something is named, and what has to be named. */
const ENGINES: Readonly<Record<string, readonly [readonly Scenario[], readonly Scenario[]]>> = {
  sqlite: [SCENARIOS, BY_HAND],
  kafka: [KAFKA_SCENARIOS, KAFKA_BY_HAND],
};

function chosen(): readonly Scenario[] {
  const engine = Object.hasOwn(ENGINES, values.engine) ? ENGINES[values.engine]! : null;
  if (!engine) {
    console.error(`--engine is ${values.engine}; there are ${Object.keys(ENGINES).join(', ')}.`);
    process.exit(2);
  }
  const [usual, byHand] = engine;
  const all = [...usual, ...byHand];
  const unknown = positionals.filter((id) => !all.some(({ ids }) => ids.includes(id)));
  if (unknown.length > 0) {
    console.error(
      `There is no ${unknown.join(', ')}; there are ${all.flatMap(({ ids }) => ids).join(', ')}.`,
    );
    process.exit(2);
  }
  if (positionals.length === 0) return usual;
  return all.filter(({ ids }) => ids.some((id) => positionals.includes(id)));
}

function tell(outcome: Outcome, seconds: number): void {
  if (outcome.skipped !== undefined) {
    console.log(`  skipped: ${outcome.skipped}`);
    return;
  }
  for (const [name, value] of Object.entries(outcome.figures)) console.log(`  ${name}: ${value}`);
  for (const problem of outcome.problems) console.log(`  FAILED ${problem}`);
  const { trials, problems } = outcome;
  const bound = problems.length === 0 ? `, 0 failures: rate under ${boundOf(trials)}` : '';
  console.log(`  ${trials} trials in ${seconds} s${bound}`);
}

async function main(): Promise<number> {
  const requireAll = process.env['SAPWOOD_TEST_REQUIRE'] === 'all';
  let passed = 0;
  let failed = 0;
  console.log(`Seed ${seed} (SAPWOOD_SEED).`);
  for (const scenario of chosen()) {
    console.log(`\n${scenario.ids.join(' ')}: ${scenario.about}`);
    const begun = clock.monotonic();
    const outcome = await scenario.run(options).catch(
      (error: Error): Outcome => ({
        trials: 0,
        problems: [error.stack ?? error.message],
        figures: {},
      }),
    );
    tell(outcome, Math.round((clock.monotonic() - begun) / 1_000));
    const isSkipped = outcome.skipped !== undefined;
    if (outcome.problems.length > 0 || (isSkipped && requireAll)) failed++;
    else if (!isSkipped) passed++;
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
