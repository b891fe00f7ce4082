/** Builds the wallboard when there is none, or when its sources are newer. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root: string = fileURLToPath(new URL('.', import.meta.url));
const workspace: string = fileURLToPath(new URL('../..', import.meta.url));
const dist: string = join(root, 'dist');
/** What is bundled: the page itself, and the packages that it loads. */
const sources: readonly string[] = [
  root,
  join(workspace, 'packages/client'),
  join(workspace, 'packages/protocol'),
  join(workspace, 'packages/core/metrics'),
  join(workspace, 'packages/core/tree'),
];

/** Newest modification below a folder, epoch ms; builds, tests and links do not count. */
async function newest(folder: string): Promise<number> {
  let latest = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'dist' && entry.name !== 'node_modules') {
        latest = Math.max(latest, await newest(path));
      }
    } else if (entry.isFile() && !entry.name.includes('.test.')) {
      latest = Math.max(latest, (await stat(path)).mtimeMs);
    }
  }
  return latest;
}

async function builtAt(): Promise<number> {
  return await stat(join(dist, 'index.html')).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

/**
 * The folder of the built page. An image without sources or without the bundler serves what was
 * built before; with neither, this fails and says so.
 */
export async function ensureBuilt(): Promise<string> {
  const built = await builtAt();
  const changed = Math.max(...(await Promise.all(sources.map(newest))));
  if (built > changed) return dist;
  const vite = viteCommand();
  if (vite === null) {
    if (built > 0) return dist;
    throw new Error('The wallboard is not built and vite is not installed: run npm ci.');
  }
  // In a process of its own: this one lives on for weeks and would keep the bundler's 100 MB.
  const options = ['--config', join(root, 'vite.config.ts'), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [vite, 'build', root, ...options]);
  return dist;
}

function viteCommand(): string | null {
  try {
    return fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  } catch {
    return null;
  }
}
