import type { UserConfig } from 'vite';

/** Floor Chrome 69: TVs of 2020 (wallboard.md 10). */
const config: UserConfig = {
  publicDir: 'public',
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
