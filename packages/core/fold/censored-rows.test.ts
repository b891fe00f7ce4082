/** First replies with those who still wait, by row (metrics.md 3.3, 4). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Censored } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const METRIC = 'first-response-time';
const BY = { [METRIC]: ['assignee', 'channel,team', 'handled_by', 'tag'] };
const head = (by: object): Fact =>
  config(at('00:00'), { currency: 'GBP', sources: [], tree: { nodes: [] }, by });

const censored = (fold: FactFold, row: string, window = '60m'): Censored | null | undefined =>
  fold
    .read(`acme/${METRIC}${row}`)
    ?.series?.cells.find((cell) => cell.window === window && cell.clock === 'wall')?.censored;

const asked = (id: string, hhmm: string, team: string, rest: object = {}): Fact[] => [
  message(id, at(hhmm), 'customer', { channel: 'email' }),
  issue(id, at(hhmm) + 1, { stateCategory: 'new', createdAt: at(hhmm), teamId: team, ...rest }),
];
const answered = (id: string, hhmm: string): Fact => message(id, at(hhmm), 'human');
const moved = (id: string, hhmm: string, team: string, rest: object = {}): Fact =>
  issue(id, at(hhmm), { stateCategory: 'new', createdAt: at('10:00'), teamId: team, ...rest });

/** Two of `red` and one of `blue`; of `red` one is answered after 4 min. */
const THREE = [
  ...asked('a', '10:00', 'red'),
  ...asked('b', '10:00', 'red'),
  ...asked('c', '10:10', 'blue'),
];
const ANSWERED = [...THREE.slice(0, 4), answered('a', '10:04'), ...THREE.slice(4)];

it('KM-12 each row tells of those in it: half answered at 4 min, the other at least 30; blue at least 20', () => {
  const fold = folded([head(BY), ...ANSWERED, tick(at('10:30'))]);
  const red = { n: 2, p50: 4, p90: 30, p50AtLeast: false, p90AtLeast: true };
  const blue = { n: 1, p50: 20, p90: 20, p50AtLeast: true, p90AtLeast: true };
  const inMs = (one: typeof red) => ({
    ...one,
    p50: one.p50 * MINUTE_MS,
    p90: one.p90 * MINUTE_MS,
  });
  for (const row of ['{team=red}', '{channel=email,team=red}']) {
    expect(censored(fold, row), row).toEqual(inMs(red));
  }
  expect(censored(fold, '{team=blue}')).toEqual(inMs(blue));
  expect(censored(fold, '{channel=email}')).toEqual(censored(fold, ''));
  expect(censored(fold, '')).toMatchObject({ n: 3 });
  expect(censored(fold, '{team=red}', '7d')).toBeNull();
});

it('KM-13 who waits stands in the rows of now, who was answered in those of the answer', () => {
  const fold = folded([head(BY), ...ANSWERED, tick(at('10:30'))]);
  fold.touched();
  folded([moved('a', '10:31', 'blue'), moved('b', '10:31', 'blue'), tick(at('10:40'))], fold);
  expect(fold.touched().dirty).toContain(`acme/${METRIC}{team=red}`);
  expect(censored(fold, '{team=red}')).toMatchObject({ n: 1, p50: 4 * MINUTE_MS });
  expect(censored(fold, '{team=blue}')).toMatchObject({ n: 2 });
  expect(censored(fold, '{handled_by=human}')).toMatchObject({ n: 1, p50AtLeast: false });
  expect(censored(fold, '{handled_by=none}')).toMatchObject({ n: 2, p50AtLeast: true });
  const closed = moved('b', '10:41', 'green', { stateCategory: 'closed' });
  folded([closed, tick(at('10:45'))], fold);
  expect(censored(fold, '{team=blue}')).toMatchObject({ n: 1 });
  expect(censored(fold, '{team=green}')).toMatchObject({ n: 1, p50AtLeast: true });
});

it('KM-14 beyond the cap it is told of all the hidden ones together, each once', () => {
  // 200 tags have a row of their own; each conversation has two.
  const many = Array.from({ length: 150 }, (_, i) =>
    asked(`t${i}`, '10:00', 'red', { tags: [`x${i}`, `y${i}`] }),
  );
  const fold = folded([head(BY), ...many.flat(), tick(at('11:30'))]);
  const rows = [...fold.keys()].filter((key) => key.startsWith(`acme/${METRIC}{tag=`));
  expect(rows).toHaveLength(201);
  const shown = new Set(rows.map((row) => row.slice(`acme/${METRIC}{tag=`.length, -1)));
  const hidden = many.filter((_, i) => !shown.has(`x${i}`) || !shown.has(`y${i}`));
  expect(censored(fold, '{tag=__other__}', '24h')).toEqual({
    ...{ n: hidden.length, p50: 90 * MINUTE_MS, p90: 90 * MINUTE_MS },
    ...{ p50AtLeast: true, p90AtLeast: true },
  });
  restored(fold);
});

it('KM-15 restored, or declared late, each row tells what it told; a row in which nobody waits is left alone', () => {
  const fold = folded([head(BY), ...ANSWERED, tick(at('10:30'))]);
  restored(fold);
  const late = folded([head({}), ...ANSWERED, tick(at('10:29'))]);
  folded([{ ...head(BY), recordedAt: at('10:29:30') }, tick(at('10:30'))], late);
  for (const row of ['{team=red}', '{channel=email,team=red}', '{tag=__none__}']) {
    expect(censored(late, row), row).toEqual(censored(fold, row));
  }
  folded([tick(at('10:30') + DAY_MS + 4 * HOUR_MS)], fold);
  fold.touched();
  folded([tick(at('10:30:05') + DAY_MS + 4 * HOUR_MS)], fold);
  const { dirty } = fold.touched();
  expect(dirty).toContain(`acme/${METRIC}{team=blue}`);
  // What was answered a day ago no window reaches.
  expect(fold.read(`acme/${METRIC}{handled_by=human}`)).toBeDefined();
  expect(dirty).not.toContain(`acme/${METRIC}{handled_by=human}`);
});
