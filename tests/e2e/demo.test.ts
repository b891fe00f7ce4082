/** The demo as a newcomer starts it: an incident with its cause, and a cost that leaks. */
import { join } from 'node:path';
import type { Alert } from '@sapwood/core/alert';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { clock, createWorkshop } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const SHOTS = process.env['SAPWOOD_TEST_SHOTS'];
const SPEED = 10;
/** Calm, until enough wait, and the rule's `pending`: five minutes of the demo's clock, if it keeps up with it. */
const FIRING_MS_MAX = 90_000;
/** A day's cost is shown in tens of pounds, and some fifteen seconds of the leak make ten. */
const RISEN_MS_MAX = 90_000;
const SHOWN_MS_MAX = 30_000;
/** The demo's past is folded while it is live already. */
const CAUGHT_UP_MS_MAX = 90_000;

const workshop = createWorkshop();
let browser: Browser;
beforeAll(async () => {
  if (findChromium()) browser = await launchChromium();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
  await workshop.clean();
});

const demo = (scenario: string): Promise<string> =>
  workshop.start(['demo', '--scenario', scenario, '--speed', String(SPEED), '--port', '0']).url();

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

describe.skipIf(!findChromium())('demo', () => {
  it('E2E-10 email-outage: an alert fires with e-mail as its cause, and the wall says so', async () => {
    const url = await demo('email-outage');
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${url}/?board=lead`);
    let alert: Alert | undefined;
    const aboutEmail = ({ series, drivers }: Alert): boolean =>
      [series, ...drivers.map(({ key }) => key)].some((key) => key.includes('channel=email'));
    const fires = async (): Promise<boolean> => {
      const { alerts } = await json<{ alerts: Alert[] }>(`${url}/v1/alerts`);
      alert = alerts.find((one) => one.status === 'firing' && aboutEmail(one));
      return alert !== undefined;
    };
    await until(clock, 'an alert fires', fires, FIRING_MS_MAX);
    expect(alert!.text.length).toBeGreaterThan(20);
    expect(alert!.text).toMatch(/e-?mail/i);
    expect(alert!.owner).not.toBe('');
    expect(alert!.path.at(-1)).toBe(alert!.node);
    const strip = page.locator('.strip:not(.blind)', { hasText: /e-?mail/i });
    await strip.waitFor({ timeout: SHOWN_MS_MAX });
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'demo-incident.png') });
  });

  it('E2E-11 cost-leak: the support cost rises on the lead board', async () => {
    const url = await demo('cost-leak');
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${url}/?board=lead&pin=tree`);
    // At night the board widens its window, and a day has no day before it to compare with.
    const card = page.locator('.card', { hasText: /Support cost£\d/ });
    await card.waitFor({ timeout: CAUGHT_UP_MS_MAX });
    const before = pounds(await card.textContent());
    const risen = async (): Promise<boolean> => pounds(await card.textContent()) > before;
    await until(clock, 'the cost on the card has risen', risen, RISEN_MS_MAX);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'demo-leak.png') });
  });
});

/** `Support cost£7.34k~` is 7340; NaN for a card without an amount. */
function pounds(text: string | null): number {
  const [, amount, thousand] = /£([\d.]+)(k?)/.exec(text ?? '') ?? [];
  return Number(amount) * (thousand ? 1_000 : 1);
}
