import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuilt } from '@sapwood/wallboard/build';
import { beforeAll, describe, expect, it } from 'vitest';

const KIB = 1_024;
let js = '';
/** What a wall loads of it. */
let entry = '';
let css = '';

beforeAll(async () => {
  const dist = await ensureBuilt();
  const assets = join(dist, 'assets');
  const read = (end: string): string =>
    readdirSync(assets)
      .filter((name) => name.endsWith(end))
      .map((name) => readFileSync(join(assets, name), 'utf8'))
      .join('\n');
  js = read('.js');
  css = read('.css');
  const [, src] = /src="([^"]+\.js)"/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))!;
  entry = readFileSync(join(dist, src!), 'utf8');
}, 60_000);

describe('the bundle', () => {
  it('WALL-30 script and style keep their budgets', () => {
    expect(gzipSync(entry).length).toBeLessThan(40 * KIB);
    expect(gzipSync(js).length).toBeLessThan(75 * KIB);
    expect(gzipSync(css).length).toBeLessThan(8 * KIB);
  });

  it('WALL-31 nothing in it is younger than Chrome 69', () => {
    const young = [
      /[\w)\]]\?\.[\w([]/,
      /\?\?/,
      /\.fromEntries\(/,
      /\.matchAll\(/,
      /\.replaceAll\(/,
      /\.at\(-?\d/,
      /structuredClone/,
      /Object\.hasOwn\b/,
      /\.allSettled\(/,
      /\.flat\(/,
      /WeakRef/,
      /static\{/,
    ];
    expect(young.filter((one) => one.test(js)).map(String)).toEqual([]);
    const styles = [
      /(?<!grid-)gap:/,
      /clamp\(/,
      /aspect-ratio/,
      /@layer/,
      /@container/,
      /:has\(/,
      /:is\(/,
      /dvh/,
      /[^-]inset:/,
      /oklch/,
      /&/,
    ];
    expect(styles.filter((one) => one.test(css)).map(String)).toEqual([]);
  });

  it('WALL-32 nothing comes from another origin', () => {
    const addresses = [...`${js}\n${css}`.matchAll(/https?:\/\/[\w.-]+/g)].map((m) => m[0]);
    // Names of XML name spaces, and a help text of a library.
    const named = ['http://www.w3.org', 'https://github.com'];
    expect(addresses.filter((one) => !named.includes(one))).toEqual([]);
    expect(css).not.toMatch(/url\((?!\/assets\/)/);
  });

  it('WALL-33 it draws no character that the font’s Latin subset lacks', () => {
    const lacking = /[\u25B2\u25C6\u25CC\u2264\u2265\u2192\u20B9\u2026]/;
    expect(lacking.test(js)).toBe(false);
  });
});
