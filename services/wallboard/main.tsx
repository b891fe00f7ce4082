import './globals.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { forgetWidths } from './measure.ts';
import { parseParams } from './model/params.ts';
import { type PageData, Store } from './store.ts';
import { watch } from './watchdog.ts';
import './wall.css';

/** The snapshot that the gateway put into the page; null where there was none. */
function pageData(): PageData | null {
  const text = document.getElementById('snapshot')?.textContent ?? '';
  return text === '' ? null : (JSON.parse(text) as PageData);
}

async function start(): Promise<void> {
  const params = parseParams(window.location.search);
  const desk = window.location.pathname === '/desk';
  const root = document.documentElement;
  const light = window.matchMedia('(prefers-color-scheme: light)').matches;
  root.dataset['theme'] = params.theme === 'auto' ? (light ? 'light' : 'dark') : params.theme;
  if (!params.motion) root.dataset['motion'] = 'off';
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const url = `${scheme}://${window.location.host}/v1/ws`;
  const store = new Store(url, desk ? 'desk' : 'wall', params.board === 'floor', pageData());
  const sizes = ['500 40px "Inter Variable"', '700 40px "Inter Variable"'];
  await Promise.all(sizes.map((size) => document.fonts.load(size))).catch(() => undefined);
  forgetWidths();
  render(<App store={store} params={params} desk={desk} />, document.getElementById('app')!);
  watch(store);
}

void start();
