#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read the sentence that turns it away.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `Sapwood needs Node 24.15 or newer; this is ${process.versions.node}. Start it through npm (npm start, npm run sapwood), which brings the right one.`,
  );
  process.exit(2);
}
await import('./main.ts');
