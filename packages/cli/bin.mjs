#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read the sentence that turns it away.
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `Sapwood needs Node 24.15 or newer; this is ${process.versions.node}. Start it through npm (npm start, npm run sapwood), which brings the right one.`,
  );
  process.exit(2);
}
// Windows has no call by which a process becomes another, and a channel to a parent would be lost by it.
const { NODE_FLAGS } = await import('./node-flags.ts');
const isFlagged = NODE_FLAGS.every((flag) => process.execArgv.includes(flag));
if (!isFlagged && !process.connected && process.platform !== 'win32') {
  const [node, ...args] = process.argv;
  process.execve(node, [node, ...NODE_FLAGS, ...process.execArgv, ...args]);
}
// Half of a start is reading code. In our own folder: what lies in a shared one, others may have put
// there. Written down early: a process that is killed would leave nothing.
modules.enableCompileCache(
  fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)),
);
setTimeout(modules.flushCompileCache, 10_000).unref();
await import('./main.ts');
