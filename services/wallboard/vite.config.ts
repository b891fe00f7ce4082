import { CATALOGUE, type MetricDefinition } from '@sapwood/core/catalogue';
import type { Plugin, UserConfig } from 'vite';

const MODULE = /\/core\/metrics\/catalogue\.ts$/;
const PROSE = /\/wallboard\/model\/prose\.ts$/;
/** What a screen reads of a metric: the definitions whole would be a fifth of its script. */
const SHOWN: readonly (keyof MetricDefinition)[] = [
  ...(['label', 'unit', 'form', 'floor', 'additive', 'hoursOf'] as const),
];

/** What is 0, no or not said is left out: it reads alike. */
const shownOf = (metric: MetricDefinition): object =>
  Object.fromEntries(SHOWN.filter((name) => metric[name]).map((name) => [name, metric[name]]));

/** In place of the catalogue a table of that, as it stands when the page is built. */
const shownOnly: Plugin = {
  name: 'shown-only',
  enforce: 'pre',
  load(id) {
    if (PROSE.test(id)) {
      const prose = Object.fromEntries(CATALOGUE.map((metric) => [metric.id, metric.prose]));
      return `const all = new Map(Object.entries(${JSON.stringify(prose)}));
export const proseOf = (id) => all.get(id) ?? '';`;
    }
    if (!MODULE.test(id)) return null;
    const all = Object.fromEntries(CATALOGUE.map((metric) => [metric.id, shownOf(metric)]));
    return `const all = new Map(Object.entries(${JSON.stringify(all)}));
export const metricDefinition = (id) => all.get(id) ?? null;`;
  },
};

/** Floor Chrome 69: TVs of 2020 (wallboard.md 10). */
const config: UserConfig = {
  publicDir: 'public',
  plugins: [shownOnly],
  build: {
    target: 'chrome69',
    cssTarget: 'chrome69',
    cssMinify: 'lightningcss',
    outDir: 'dist',
    emptyOutDir: true,
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
};
export default config;
