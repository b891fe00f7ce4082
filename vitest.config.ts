import { availableParallelism } from 'node:os';
import type { ViteUserConfig } from 'vitest/config';
import { mutantPlugin } from './tests/mutants/plugin.ts';
import { isCi } from './tests/support/size.ts';

const SLOW_MS = 120_000;
/** Files at once where they start no processes: left alone, vitest keeps one of two cores free. */
const PURE_WORKERS = Math.max(2, availableParallelism());
/** `workers`: how many files at once, where a file starts processes of its own; 0: it does not. */
const tier = (name: string, include: string[], workers = 0): object => ({
  extends: true,
  test: {
    name,
    include,
    exclude: isCi ? [] : ['**/*.large.test.ts'],
    // Without processes there is nothing to keep apart, and modules are loaded once.
    isolate: workers > 0,
    ...(workers > 0
      ? { maxWorkers: workers, testTimeout: SLOW_MS, hookTimeout: SLOW_MS }
      : { maxWorkers: PURE_WORKERS }),
  },
});

const config: ViteUserConfig = {
  plugins: mutantPlugin(),
  test: {
    // A cached module would be another mutant's, or none.
    fsModuleCache: !process.env['SAPWOOD_MUTANT'],
    // Property tests take seconds, and more on a busy machine, as that of the gate is.
    testTimeout: isCi ? SLOW_MS : 30_000,
    projects: [
      tier('unit', ['{packages,services}/**/*.test.ts']),
      tier('tidy', ['tests/{tidy,mutants}/**/*.test.ts']),
      tier('contract', ['tests/contract/**/*.test.ts'], 1),
      tier('integration', ['tests/integration/**/*.test.ts'], 1),
      tier('hostile', ['tests/hostile/**/*.test.ts'], 1),
      tier('chaos', ['tests/chaos/**/*.test.ts'], 1),
      tier('sim', ['tests/sim/**/*.test.ts'], 1),
      tier('replay', ['tests/replay/**/*.test.ts'], 2),
      tier('e2e', ['tests/e2e/**/*.test.ts'], 1),
      tier('cluster', ['tests/cluster/**/*.test.ts'], 1),
    ],
  },
};
export default config;
