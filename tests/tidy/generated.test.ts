import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '@sapwood/core/catalogue';
import { SHEETS } from '@sapwood/core/sheets';
import { describe, expect, it } from 'vitest';
import { evidenceIn } from '../../packages/cli/docs/evidence.ts';
import { generatedFiles } from '../../packages/cli/docs/generated.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

describe('what is generated', () => {
  it('TIDY-16 is checked in as the definitions have it now', () => {
    for (const { path, text } of generatedFiles(ROOT)) {
      const file = join(ROOT, path);
      const isFresh = existsSync(file) && readFileSync(file, 'utf8') === text;
      expect(isFresh, `${path} is out of date: npm run docs`).toBe(true);
    }
    // A week is simulated for it.
  }, 120_000);

  it('TIDY-16 tells every metric, each once', () => {
    const page = readFileSync(join(ROOT, 'packages/core/METRICS.md'), 'utf8');
    for (const { id } of SHEETS) expect(page.split(`| \`${id}\`@`)).toHaveLength(2);
  });

  it('TIDY-17 every computed metric has a test that names it and an oracle', () => {
    const evidenceOf = evidenceIn(ROOT);
    const bare = CATALOGUE.filter(({ id }) => {
      const { test, oracle } = evidenceOf(id);
      return test === null || oracle === null;
    });
    expect(bare.map(({ id }) => id)).toEqual([]);
  });
});
