import type { ViteUserConfig } from 'vitest/config';

const tier = (name: string, include: string[], serial = false): object => ({
  extends: true,
  test: {
    name,
    include,
    ...(serial ? { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } : {}),
  },
});

const config: ViteUserConfig = {
  test: {
    projects: [
      tier('unit', ['{packages,services}/**/*.test.ts']),
      tier('tidy', ['tests/tidy/**/*.test.ts']),
      tier('contract', ['tests/contract/**/*.test.ts'], true),
      tier('integration', ['tests/integration/**/*.test.ts'], true),
      tier('replay', ['tests/replay/**/*.test.ts'], true),
      tier('e2e', ['tests/e2e/**/*.test.ts'], true),
    ],
  },
};
export default config;
