import { describe, expect, it } from 'vitest';
import { RULES, violationsIn } from './rules.ts';
import { loadWorld } from './world.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const world = loadWorld(ROOT);
const violations = violationsIn(world);

describe('dependency rules', () => {
  it('TIDY-1 the rules see the repository', () => {
    expect(world.sources.length).toBeGreaterThan(100);
    expect(world.packages.has('@sapwood/core')).toBe(true);
    expect(world.sources.flatMap((source) => source.imports).length).toBeGreaterThan(300);
  });

  it.each(Object.keys(RULES))('TIDY-2 %s holds', (rule) => {
    const found = violations.filter((violation) => violation.rule === rule);
    expect(found.map(({ path, detail }) => `${path}: ${detail}`)).toEqual([]);
  });
});
