/**
 * How much the tests do. `npm test` is for everyday: minutes, each behaviour once. With
 * SAPWOOD_TEST_SIZE=ci, as the gate runs it, `*.large.test.ts` run too and recorded logs are whole;
 * with `whole` they are so on Kafka as well, which takes hours.
 */
const size: string = process.env['SAPWOOD_TEST_SIZE'] ?? 'small';
const isWhole: boolean = size === 'whole';
export const isCi: boolean = isWhole || size === 'ci';

/** The one value or the other. */
export const bySize = <T>(small: T, ci: T): T => (isCi ? ci : small);
export const byWhole = <T>(some: T, whole: T): T => (isWhole ? whole : some);
