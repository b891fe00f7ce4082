import { describe, expect, it } from 'vitest';
import { CATALOGUE, NOT_APPLICABLE } from './catalogue.ts';
import { mutate, mutated } from './mutant.ts';

describe('mutants', () => {
  it('F37 each of B1 to B21 has a mutant, or a reason to have none', () => {
    const names = CATALOGUE.map(({ id }) => /^[BC]\d+/.exec(id)![0]);
    const told = new Set([...names, ...Object.keys(NOT_APPLICABLE)]);
    const wanted = Array.from({ length: 21 }, (_, i) => `B${i + 1}`);
    expect(wanted.filter((name) => !told.has(name))).toEqual([]);
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
  });

  it.each(CATALOGUE)('F37 $id still fits its file', (mutant) => {
    expect(() => mutated(mutant)).not.toThrow();
    expect(mutant.tests.length).toBeGreaterThan(0);
  });

  it('F37 a mutant that does not fit exactly once is an error', () => {
    const one = { ...CATALOGUE[0]!, find: 'a', replace: '$&b' };
    expect(() => mutate(one, 'b')).toThrow('stands 0 times');
    expect(() => mutate(one, 'a a')).toThrow('stands 2 times');
    expect(mutate(one, 'a')).toBe('$&b');
  });
});
