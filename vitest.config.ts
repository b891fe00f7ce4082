import type { ViteUserConfig } from 'vitest/config';

const SLOW_MS = 120_000;
/** `workers`: how many files at once, where a file starts processes of its own. */
const tier = (name: string, include: string[], workers = 0): object => ({
  extends: true,
  test: {
    name,
    include,
    ...(workers > 0 ? { maxWorkers: workers, testTimeout: SLOW_MS, hookTimeout: SLOW_MS } : {}),
  },
});

const config: ViteUserConfig = {
  test: {
    projects: [
      tier('unit', ['{packages,services}/**/*.test.ts']),
      tier('tidy', ['tests/tidy/**/*.test.ts']),
      tier('contract', ['tests/contract/**/*.test.ts'], 1),
      tier('integration', ['tests/integration/**/*.test.ts'], 1),
      tier('replay', ['tests/replay/**/*.test.ts'], 2),
      tier('e2e', ['tests/e2e/**/*.test.ts'], 1),
    ],
  },
};
export default config;
