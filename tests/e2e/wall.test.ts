import { mkdirSync } from 'node:fs';
import { ensureBuilt } from '@sapwood/wallboard/build';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alert, COST_TREE, type Harness, startGateway } from '../integration/gateway-harness.ts';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { bySize } from '../support/size.ts';
import { LiveFeed } from './wall-feed.ts';
import { type Misfit, misfitScript } from './wall-misfits.ts';

const SHOTS = process.env['SAPWOOD_TEST_SHOTS'];
const WALL = { width: 1920, height: 1080 };

let browser: Browser;
let wallDir: string;
let harness: Harness;
let feed: LiveFeed;
let problems: string[] = [];

beforeAll(async () => {
  if (!findChromium()) return;
  wallDir = await ensureBuilt();
  browser = await launchChromium();
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  harness = await startGateway({ wallDir });
  feed = new LiveFeed(harness);
  await harness.publish.tree(COST_TREE, 1);
  await feed.pass();
  feed.start();
  problems = [];
});
afterEach(async () => {
  feed.stop();
  for (const context of browser.contexts()) await context.close();
  await harness.close();
});

async function open(path: string, viewport: { width: number; height: number }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(`${harness.url}${path}`);
  await page.waitForSelector('.card');
  await page.locator('.clock', { hasText: 'live' }).waitFor();
  return page;
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

function misfits(page: Page, floorPx: number): Promise<Misfit[]> {
  return page.evaluate(misfitScript(floorPx)) as Promise<Misfit[]>;
}

describe.skipIf(!findChromium())('wallboard', () => {
  it('WALL-1 the floor shows its six tiles, and all of them fit', async () => {
    const page = await open('/?board=floor', WALL);
    const labels = await page.locator('.tile .label').allTextContents();
    expect(labels).toEqual([
      ...['Owed now', 'Oldest', 'Unassigned', 'First reply', 'Volume', 'Handoffs'],
    ]);
    expect(await page.locator('.tile').first().locator('.value').textContent()).toBe('14');
    await shot(page, 'floor-tiles');
    expect(await misfits(page, 50)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('WALL-9 where targets are promised, what is due next and what was kept stand among the tiles', async () => {
    const promised = { due15: 7, firstMs: 280_000, over: 3, kept: [1_174, 1_240] } as const;
    feed.scene = { ...feed.scene, promised };
    await feed.pass();
    for (const [query, size] of [
      ['', WALL],
      ['&theme=light', WALL],
      ['&diagonal=43&distance=7', { width: 1280, height: 720 }],
      ['&diagonal=75&distance=3', { width: 3840, height: 2160 }],
    ] as const) {
      const page = await open(`/?board=floor&pin=tiles${query}`, size);
      const labels = await page.locator('.tile .label').allTextContents();
      const all = ['Owed now', 'Oldest', 'Due next', 'In target', 'Volume', 'Handoffs'];
      expect(labels).toEqual(all.slice(0, labels.length));
      await shot(page, `promised-${size.width}${query.replace(/\W/g, '-')}`);
      expect(await misfits(page, 16)).toEqual([]);
    }
    const page = await open('/?board=floor&pin=tiles', WALL);
    const tile = page.locator('.tile').nth(2);
    expect(await tile.locator('.value').textContent()).toBe('7');
    expect(await tile.locator('.notes').textContent()).toContain('first in 4m');
    expect(await page.locator('.tile').nth(3).textContent()).toMatch(/today.*94\.7%.*1174 of 1240/);
    expect(problems).toEqual([]);
  }, 60_000);

  it('WALL-2 leads see the cost tree with its edges', async () => {
    const page = await open('/?board=lead&pin=tree', WALL);
    await page.waitForSelector('.tree .root');
    await shot(page, 'lead-tree');
    expect(await page.locator('.tree .card').count()).toBe(7);
    expect(await page.locator('.edge').count()).toBe(6);
    expect(await page.locator('.root .value').textContent()).toContain('$');
    expect(await misfits(page, 50)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('WALL-3 a new critical alert takes the screen for 8 s, then stays as a strip', async () => {
    const page = await open('/?board=lead&pin=tree', WALL);
    await harness.publish.alert(alert());
    await page.waitForSelector('.takeover');
    await page.waitForTimeout(300);
    await shot(page, 'takeover');
    await page.waitForSelector('.takeover', { state: 'detached' });
    const strip = await page.locator('.strip.critical').textContent();
    expect(strip).toContain('CRITICAL');
    expect(strip).toContain('Volume › Email');
    expect(await page.locator('.card.is-critical').count()).toBe(1);
    expect(await page.locator('.edge.hot').count()).toBe(2);
    await shot(page, 'incident-tree');
    expect(await misfits(page, 50)).toEqual([]);
    await harness.publish.alert(alert({ revision: 2, phase: 'resolved', status: 'resolved' }));
    await page.waitForSelector('.strip', { state: 'detached' });
  });

  it('WALL-42 a firing alert that stands on no tile brings its page to the floor at once', async () => {
    const page = await open('/?board=floor', WALL);
    expect(await page.locator('.tile').count()).toBe(6);
    const series = 'contacts-unhandled-change';
    const untold = { severity: 'warning', node: series, series, path: [series] } as const;
    await harness.publish.alert(alert(untold));
    await page.locator('.tree .is-warning', { hasText: 'Unhandled' }).waitFor();
    await shot(page, 'untold');
    const over = { revision: 2, phase: 'resolved', status: 'resolved' } as const;
    await harness.publish.alert(alert({ ...untold, ...over }));
    await page.locator('.tile').first().waitFor();
  });

  it('WALL-4 without frames all is stale, and waits stop', async () => {
    const page = await open('/?board=floor', WALL);
    feed.stop();
    const strip = page.locator('.strip.blind');
    await strip.waitFor();
    expect(await strip.textContent()).toMatch(/^Not live since \d\d:\d\d:\d\d$/);
    expect(await page.locator('.tile.state-stale').count()).toBe(6);
    const oldest = page.locator('.tile').nth(1).locator('.value');
    const before = await oldest.textContent();
    await shot(page, 'stale');
    expect(await misfits(page, 50)).toEqual([]);
    await page.waitForTimeout(1_500);
    expect(await oldest.textContent()).toBe(before);
    feed.start();
    await strip.waitFor({ state: 'detached' });
    expect(await page.locator('.tile.state-live').count()).toBe(6);
  });

  it('WALL-5 a phone scrolls in one column and nothing is cut', async () => {
    const page = await open('/', { width: 390, height: 844 });
    await shot(page, 'phone');
    expect(await page.locator('.list .card').count()).toBe(7);
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(wide).toBe(false);
    expect((await misfits(page, 13)).filter((one) => one.what !== 'overlap')).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('WALL-6 values move on every screen with their frame', async () => {
    const page = await open('/?board=floor', WALL);
    feed.scene = { ...feed.scene, waiting: 19 };
    await feed.pass();
    await page.locator('.tile .value', { hasText: /^19$/ }).waitFor();
  });

  it('WALL-8 a notice of the desk stands in the strip until an alert needs it', async () => {
    const desk = await open('/desk', { width: 1280, height: 800 });
    const page = await open('/?board=floor', WALL);
    await desk.fill('.notice-form input', 'Team meeting at 15:00 in room 4');
    await desk.click('.notice-form button');
    await page.locator('.strip.notice', { hasText: 'Team meeting' }).waitFor();
    await shot(page, 'notice');
    expect(await misfits(page, 50)).toEqual([]);
    await harness.publish.alert(alert());
    await page.waitForSelector('.strip.critical');
    expect(await page.locator('.strip.notice').count()).toBe(0);
    await harness.publish.alert(alert({ revision: 2, phase: 'resolved', status: 'resolved' }));
    await page.locator('.strip.notice').waitFor();
    await desk.click('.notice-form button');
    await page.waitForSelector('.strip', { state: 'detached' });
  });

  it('WALL-7 the desk opens a node with its definition', async () => {
    const page = await open('/desk', { width: 1280, height: 800 });
    await shot(page, 'desk-tree');
    await page.locator('.tree .card').first().click();
    await page.waitForSelector('.details');
    expect(await page.locator('.details').textContent()).toContain('over the contacts handled');
    await shot(page, 'desk');
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!findChromium())('wallboard, everywhere', () => {
  const sizes = [
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
    { width: 3840, height: 2160 },
  ];
  const presets = [
    [55, 5],
    [43, 5],
    [55, 7],
    [43, 7],
    [55, 3],
    [75, 5],
  ] as const;

  it('WALL-20 tiles and tree fit at every preset, size and theme', async () => {
    await harness.publish.alert(alert());
    for (const [i, viewport] of sizes.entries()) {
      // Each preset at one size, or at each.
      const some = presets.filter((_, j) => j % sizes.length === i);
      for (const [diagonal, distance] of bySize(some, [...presets])) {
        for (const pin of ['tiles', 'tree']) {
          const theme = distance === 5 ? 'light' : 'dark';
          const query = `?diagonal=${diagonal}&distance=${distance}&pin=${pin}&theme=${theme}`;
          const page = await open(`/${query}`, viewport);
          const label = ((50 * viewport.height) / 1080) * (distance / 5) * (55 / diagonal);
          const where = `${viewport.width} ${diagonal}in ${distance}m ${pin}`;
          await shot(page, `fit-${where.replace(/ /g, '-')}`);
          expect([where, await misfits(page, label)]).toEqual([where, []]);
          await page.context().close();
        }
      }
    }
    expect(problems).toEqual([]);
  }, 180_000);

  it('WALL-21 the longest labels and widest values fit, and hostile names stay text', async () => {
    const nodes = COST_TREE.nodes.map((node, i) => ({
      ...node,
      label: `${node.label} with a very long name indeed <b>${i}</b>`,
      shortLabel: `Long nam ${i}`,
    }));
    await harness.publish.tree({ ...COST_TREE, nodes }, 50);
    feed.scene = { email: 88_888, waiting: 888, oldestMs: 88 * 3_600_000, unassigned: 888 };
    feed.jump(60);
    await feed.pass();
    const page = await open('/?pin=tree', WALL);
    await page.locator('.root .label', { hasText: 'Long nam 0' }).waitFor();
    await shot(page, 'long-labels');
    expect(await page.locator('.card b').count()).toBe(0);
    expect(await misfits(page, 50)).toEqual([]);
    const tiles = await open('/?pin=tiles', WALL);
    await shot(tiles, 'wide-values');
    expect(await misfits(tiles, 50)).toEqual([]);
  });

  it('WALL-22 a page whose gateway was cut and missed passes shows the newest, never an older one', async () => {
    const page = await open('/?board=floor', WALL);
    const value = page.locator('.tile').first().locator('.value');
    for (let waiting = 20; waiting < bySize(22, 24); waiting += 1) {
      harness.cut();
      feed.scene = { ...feed.scene, waiting };
      await feed.pass();
      await value.filter({ hasText: new RegExp(`^${waiting}$`) }).waitFor();
    }
    expect(await page.locator('.tile.state-live').count()).toBe(6);
  }, 60_000);

  it('WALL-23 a silent source is unknown on its nodes: no number, and not 0', async () => {
    feed.change = () => ({
      watermarks: [
        { source: 'pylon', coveredThrough: Date.now() - 16 * 60_000, basis: 'reconciled' as const },
      ],
    });
    await feed.pass();
    const page = await browser.newPage({ viewport: WALL });
    await page.goto(`${harness.url}/?board=floor`);
    await page.locator('.tile.state-unknown').nth(5).waitFor();
    expect(await page.locator('.tile .value').allTextContents()).toEqual(Array(6).fill('no data'));
    await shot(page, 'unknown');
    expect(await misfits(page, 50)).toEqual([]);
  });

  it('WALL-26 a floor board has no money, whoever opens it', async () => {
    const page = await open('/?board=floor&pin=tree', WALL);
    await page.waitForSelector('.tree .card');
    await shot(page, 'floor-tree');
    expect(await page.locator('.card.title').textContent()).toBe('Support floor');
    expect(/cost-|micro|[$]\d/.test(await page.content())).toBe(false);
    expect(await misfits(page, 50)).toEqual([]);
  });

  it('WALL-24 the page itself carries the last snapshot: it paints without a socket', async () => {
    const page = await browser.newPage({ viewport: WALL });
    await page.route('**/v1/**', (route) => route.abort());
    await page.goto(`${harness.url}/?board=floor`);
    await page.waitForSelector('.tile');
    expect(await page.locator('.tile .value').first().textContent()).toBe('14');
  });

  it('WALL-27 a batch touches only the cards whose text it changes', async () => {
    const page = await open('/?board=lead&pin=tree', WALL);
    const texts = (): Promise<string[]> => page.locator('.tree .card').allTextContents();
    const before = await texts();
    feed.stop();
    await page.evaluate(`
      window.touched = new Set();
      const cards = [...document.querySelectorAll('.tree .card')];
      new MutationObserver((all) => {
        for (const { target } of all) touched.add(cards.findIndex((card) => card.contains(target)));
      }).observe(document.querySelector('.tree'), { subtree: true, childList: true, characterData: true });
    `);
    feed.scene = { ...feed.scene, email: feed.scene.email + 1 };
    await feed.pass();
    // A wall gets a batch a second; this one may come just after another.
    await expect.poll(texts, { timeout: 10_000 }).not.toEqual(before);
    const after = await texts();
    const different = after.flatMap((text, i) => (text === before[i] ? [] : [i]));
    expect(different.length).toBeLessThan(before.length);
    expect(await page.evaluate('[...touched].sort()')).toEqual(different);
  });

  it('WALL-25 reduced motion leaves no animation', async () => {
    const page = await open('/?board=lead&motion=off', WALL);
    await harness.publish.alert(alert());
    await page.waitForSelector('.takeover');
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });
});
