import { describe, expect, it } from 'vitest';
import { readFiles } from './spec-ids.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const [decision] = readFiles(ROOT, 'packages/contracts/decisions/0011-dependencies.md');

const declared = new Set(
  readFiles(ROOT, '{packages,services}/*/package.json').flatMap(({ text }) =>
    Object.keys((JSON.parse(text) as { dependencies?: object }).dependencies ?? {}),
  ),
);

describe('dependencies', () => {
  it('TIDY-10 each direct runtime package has a line in its decision, and no line is left over', () => {
    const told = [...decision!.text.matchAll(/^\| (@?[a-z0-9./-]+) \|/gm)].map(
      (match) => match[1]!,
    );
    const foreign = [...declared].filter((name) => !name.startsWith('@sapwood/'));
    expect(told.filter((name) => name !== 'package').sort()).toEqual(foreign.sort());
  });
});
