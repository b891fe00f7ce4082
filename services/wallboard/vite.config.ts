import type { Plugin, UserConfig } from 'vite';

const CATALOGUE = /\/core\/metrics\/catalogue\/[a-z]+\.ts$/;
/** What stands on one line, `formula: 'opened(W)',`: of what the reference page and the fold alone need. */
const UNSHOWN = /^ +(?:formula|owner|needs|adds): .*,\n/gm;

/** A screen shows none of it, and it is a tenth of its script. */
const shownOnly: Plugin = {
  name: 'shown-only',
  enforce: 'pre',
  transform: (code, id) => (CATALOGUE.test(id) ? code.replace(UNSHOWN, '') : null),
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
