import { describe, expect, it } from 'vitest';
import { compareIds, readFiles, titlesOf } from './spec-ids.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const specs = readFiles(ROOT, '{packages,services,tests}/**/SPEC.md');
const tests = readFiles(ROOT, '{packages,services,tests}/**/*.{test,suite}.ts');
const titles = tests.flatMap(titlesOf);
const found = compareIds(specs, titles);

describe('spec ids', () => {
  it('TIDY-6 every id in a test title has a rule, in one place', () => {
    expect(titles.length).toBeGreaterThan(300);
    expect(found.withoutRule).toEqual([]);
    expect(found.toldTwice).toEqual([]);
  });

  it('TIDY-7 every rule has a test', () => {
    expect(specs.length).toBeGreaterThan(5);
    expect(found.withoutTest).toEqual([]);
  });

  it('TIDY-8 every test title begins with an id', () => {
    expect(found.withoutId).toEqual([]);
  });

  it('TIDY-9 what is amiss is found', () => {
    const spec = {
      path: 'SPEC.md',
      text: '- **A-1** one.\n- **A-2** two.\n- **A-2** twice.\n- **A-9** only here.\n',
    };
    const test = {
      path: 'a.test.ts',
      text: `
        it('A-1 is told', () => {});
        it.each([1])('F3 A-2 %s is told', () => {});
        it(\`A-3 of \${name}\`, () => {});
        it('is bare', () => {});
        box.it('A-4 is no test', () => {});
        await it.skipIf(true)('A-5 is skipped', () => {});
      `,
    };
    expect(compareIds([spec], titlesOf(test))).toEqual({
      withoutRule: ['A-3', 'A-5'],
      withoutTest: ['A-9'],
      toldTwice: ['A-2'],
      withoutId: ['a.test.ts: is bare'],
    });
  });
});
