import { ensureBuilt } from '@sapwood/wallboard/build';
import { expect, it } from 'vitest';
import { COST_TREE, startGateway, until } from '../integration/gateway-harness.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { LiveFeed } from './wall-feed.ts';

const SHOTS = process.env['SAPWOOD_TEST_SHOTS'];

it.skipIf(!findChromium())(
  'WALL-40 a screen of the network enters the code once, sees the floor, and goes dark when revoked',
  async () => {
    const access = { kind: 'lan', code: 'ABCD2345' } as const;
    const harness = await startGateway({ wallDir: await ensureBuilt(), access });
    const feed = new LiveFeed(harness);
    await harness.publish.tree(COST_TREE, 1);
    await feed.pass();
    feed.start();
    // A name that is not the machine's own makes this browser a screen of the network.
    const browser = await launchChromium(['--host-resolver-rules=MAP board.example 127.0.0.1']);
    try {
      const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
      await page.goto(`http://board.example:${harness.port}/`);
      await page.waitForSelector('.pairing');
      expect(await page.content()).not.toContain('conversation-volume');
      await page.fill('#code', 'WRONG222');
      await page.click('button');
      await page.locator('[role=alert]', { hasText: 'not the code' }).waitFor();
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/pairing.png` });
      await page.fill('#code', 'abcd2345');
      await page.click('button');
      await page.waitForSelector('.tile');
      await page.locator('.clock', { hasText: 'live' }).waitFor();
      expect(/cost-|micro|[$]\d/.test(await page.content())).toBe(false);
      const { screens } = (await (await fetch(`${harness.url}/v1/screens`)).json()) as {
        screens: { id: string }[];
      };
      await fetch(`${harness.url}/v1/screens/${screens[0]!.id}`, { method: 'DELETE' });
      await until('no connection', () => harness.gateway.connections() === 0);
      await page.waitForSelector('.pairing');
    } finally {
      await browser.close();
      feed.stop();
      await harness.close();
    }
  },
);
