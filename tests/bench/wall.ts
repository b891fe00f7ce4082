/**
 * `npm run bench:wall`: what the wall costs a weak screen. A browser at a sixth of this machine's
 * speed shows the tree while one batch a second arrives; printed is the time its script takes.
 */
import { ensureBuilt } from '@sapwood/wallboard/build';
import { LiveFeed } from '../e2e/wall-feed.ts';
import { COST_TREE, startGateway } from '../integration/gateway-harness.ts';
import { launchChromium } from '../support/chromium.ts';
import { clock } from '../support/process.ts';

const THROTTLE = 6;
const BATCH_MS = 1_000;
const WARM_MS = 3_000;
const MEASURED_MS = 20_000;

const harness = await startGateway({ wallDir: await ensureBuilt() });
const browser = await launchChromium();
try {
  const feed = new LiveFeed(harness);
  await harness.publish.tree(COST_TREE, 1);
  await feed.pass();
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${harness.url}/?board=lead&pin=tree`);
  await page.waitForSelector('.tree .card');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  const scriptMs = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0);
  };
  const batches = async (forMs: number): Promise<void> => {
    for (let i = 0; i < forMs / BATCH_MS; i++) {
      feed.scene = { ...feed.scene, email: feed.scene.email + 1 };
      await feed.pass();
      await clock.sleep(BATCH_MS);
    }
  };
  await batches(WARM_MS);
  const before = await scriptMs();
  await batches(MEASURED_MS);
  const perSecond = ((await scriptMs()) - before) / (MEASURED_MS / 1_000);
  console.log(`script at ${THROTTLE} x throttle: ${perSecond.toFixed(0)} ms/s (goal: under 100)`);
} finally {
  await browser.close();
  await harness.close();
}
