/**
 * How much the tests do. `npm test` is for everyday: minutes, each behaviour once. With
 * SAPWOOD_TEST_SIZE=ci, as the gate runs it, logs are whole and `*.large.test.ts` run too.
 */
export const isCi: boolean = process.env['SAPWOOD_TEST_SIZE'] === 'ci';

/** The one value or the other. */
export const bySize = <T>(small: T, ci: T): T => (isCi ? ci : small);
