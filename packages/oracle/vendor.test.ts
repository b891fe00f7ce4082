import type { VendorSeconds } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { OFFICE } from './hours.fixture.ts';
import { BASE, cellOf, look, say, stateAt } from './told.fixture.ts';

const NONE: VendorSeconds = {
  ...{ firstResponse: null, businessFirstResponse: null },
  ...{ resolution: null, businessResolution: null },
};
const ASKED = [look('09:00:00'), say('09:00:00', 'customer'), say('09:10:00', 'human')];

it('ORACLE-144 what Pylon says it took, by the newest look that saw it, where our own is', () => {
  const told = (...seen: (VendorSeconds | null)[]) =>
    stateAt(
      [
        ...ASKED,
        ...seen.map((vendorSeconds, i) => look(`11:0${i}:00`, { vendorSeconds })),
        look('12:00:00', { stateCategory: 'closed' }),
      ],
      '13:00:00',
    );
  const first = 'first-response-time-pylon';
  const end = 'average-resolution-time-pylon';
  const state = told(NONE, { ...NONE, firstResponse: 601, resolution: 10_805 });
  expect(cellOf(state, first)).toMatchObject({ n: 1, value: 601_000, mean: 601_000 });
  expect(cellOf(state, end)).toMatchObject({ n: 1, value: 10_805_000, max: 10_805_000 });
  expect(cellOf(state, `${first}{team=tier1}`)?.n).toBe(1);
  expect(cellOf(state, first, '60m')?.n).toBe(0);
  for (const none of [told(), told({ ...NONE, firstResponse: 601 }, null), told(NONE)]) {
    expect(cellOf(none, first)).toMatchObject({ n: 0, value: null });
  }
  const open = stateAt([...ASKED, look('11:00:00', { vendorSeconds: NONE })], '13:00:00');
  expect(cellOf(open, end)?.n).toBe(0);
});

it('ORACLE-144 its seconds of business stand on that clock, where anybody has hours', () => {
  const vendorSeconds = { ...NONE, firstResponse: 600, businessFirstResponse: 60 };
  const facts = [...ASKED, look('11:00:00', { vendorSeconds })];
  const state = stateAt(facts, '13:00:00', { ...BASE, calendar: OFFICE });
  const cells = state.series.get('first-response-time-pylon')!.cells;
  const business = cells.find(({ window, clock }) => window === '24h' && clock === 'business');
  expect(business).toMatchObject({ n: 1, value: 60_000, zeroPpm: 0 });
  const silent = stateAt(facts, '13:00:00', { ...BASE, messages: 'none' });
  expect(cellOf(silent, 'first-response-time-pylon')?.n).toBe(0);
});
