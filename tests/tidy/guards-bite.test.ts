import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES, violationsIn } from './rules.ts';
import { readSource } from './source.ts';
import { loadWorld } from './world.ts';

const FIXTURES = new URL('./fixtures', import.meta.url).pathname;
const folders = globSync('*', { cwd: FIXTURES }).sort();

/** A fixture's first line names what the rule must say of it. */
describe('guards bite', () => {
  it('TIDY-3 every rule has a fixture that breaks it', () => {
    expect(folders.map((folder) => folder.split('-')[0]).sort()).toEqual(
      expect.arrayContaining(Object.keys(RULES)),
    );
  });

  it.each(folders)('TIDY-4 %s is caught', (folder) => {
    const rule = folder.split('-')[0];
    const root = `${FIXTURES}/${folder}`;
    const found = violationsIn(loadWorld(root, '.txt')).filter((v) => v.rule === rule);
    const expected = globSync('**/*.ts.txt', { cwd: root }).flatMap((path) => {
      const [line] = readFileSync(`${root}/${path}`, 'utf8').split('\n');
      const detail = /^\/\/ expect: (.*)$/.exec(line ?? '')?.[1];
      return detail === undefined ? [] : [`${path.replace(/\.txt$/, '')}: ${detail}`];
    });
    expect(expected.length).toBeGreaterThan(0);
    expect(found.map(({ path, detail }) => `${path}: ${detail}`).sort()).toEqual(expected.sort());
  });

  it('TIDY-5 imports of every kind are seen, types and strings are told apart', () => {
    const text = `
      import type { A } from './a.ts';
      import { type B } from './b.ts';
      export { c } from './c.ts';
      const d = await import('./d.ts');
      type E = import('./e.ts').E;
      const text = "import 'f'"; // import 'g'
      let date: Date; const o = { Date: 1, process: 2 }; o.Date; o.process;
    `;
    const { imports, globals } = readSource('packages/x/y.ts', text);
    expect(imports.map((i) => [i.target, i.typeOnly])).toEqual([
      ['packages/x/a.ts', true],
      ['packages/x/b.ts', true],
      ['packages/x/c.ts', false],
      ['packages/x/d.ts', false],
      ['packages/x/e.ts', true],
    ]);
    expect([...globals]).toEqual([]);
  });
});
