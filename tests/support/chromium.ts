/** Headless Chromium of the system, without anything that would leave the machine. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Path of a browser, or null: then the tests that need one are skipped and listed. */
export function findChromium(): string | null {
  const named = process.env['SAPWOOD_TEST_CHROMIUM'];
  if (named) return named;
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium found; set SAPWOOD_TEST_CHROMIUM to its path');
  return await chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
