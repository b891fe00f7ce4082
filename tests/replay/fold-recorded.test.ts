import { factCodec } from '@sapwood/contracts/facts';
import { FACT_KINDS } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { foldRecords, readExpected, readRecords, recordedNames, verdictOn } from './recording.ts';

describe('recorded logs of facts', () => {
  it('UPGRADE-1 together they hold every kind of fact', () => {
    const kinds = new Set(
      recordedNames().flatMap((name) =>
        readRecords(name).map((bytes) => factCodec.decode(bytes).kind),
      ),
    );
    expect([...kinds].sort()).toEqual([...FACT_KINDS].sort());
  });

  it.each(recordedNames())(
    'UPGRADE-2 %s is folded as it was recorded under this code',
    (name) => {
      expect(verdictOn(name, readExpected(name), foldRecords(readRecords(name)))).toBeNull();
    },
    60_000,
  );

  it('UPGRADE-3 a fold that changed without its code is told to raise it', () => {
    const [name] = recordedNames();
    const was = readExpected(name!);
    const { instants, ...rest } = was;
    const changed = instants.map((instant, i) => (i === 2 ? { ...instant, series: {} } : instant));
    expect(verdictOn('a', was, { ...rest, instants: changed })).toMatch(/raise FACT_FOLD_CODE/);
    expect(verdictOn('a', was, { ...was, alerts: ['another'] })).toMatch(/raise DETECT_FOLD_CODE/);
    expect(verdictOn('a', was, { ...was, code: 'facts@next' })).toMatch(/record\.ts/);
    expect(verdictOn('a', was, was)).toBeNull();
  });
});
