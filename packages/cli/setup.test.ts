import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { loadConfig } from '@sapwood/service-kit/config';
import { expect, it } from 'vitest';
import { configFact } from './config-fact.ts';
import { manualSetup } from './manual.ts';
import { type Setup, setupOf } from './setup.ts';

const KEY = 'a-workspace-key';
const TEXT = `workspaces:
  acme:
    zone: Australia/Lord_Howe
    dayStarts: 06:30
    schedules: {office: {hours: {mon-fri: 09:00-17:00}, holidays: [2026-12-25]}}
    scheduleOf: {workspace: office}
`;
const loaded = loadConfig({ file: 'a', env: {}, readText: () => TEXT });

it('CLI-8 the calendar of a workspace is in its configuration, by hand too, the same all year', () => {
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  const setupAt = (date: string): Setup =>
    setupOf(loaded, {
      clock: createVirtualClock(Date.parse(date)),
      rng: createSeededRng(1),
      telemetry: () => {},
      workspaceKey: KEY,
    });
  const hashOf = ({ workspaces }: Setup): string => {
    const fact = configFact('acme', workspaces[0]!.config, 0);
    return (fact.body as { configHash: string }).configHash;
  };
  const june = setupAt('2026-06-10T12:00:00Z');
  expect(june.workspaces[0]!.config.calendar).toMatchObject({
    zone: 'Australia/Lord_Howe',
    dayStartsMs: 6.5 * 3_600_000,
    workspace: 'office',
    schedules: { office: { zone: 'Australia/Lord_Howe', holidays: [20_812] } },
  });
  expect(hashOf(setupAt('2026-12-31T23:59:59Z'))).toBe(hashOf(june));
  expect(hashOf(setupAt('2027-01-01T00:00:00Z'))).not.toBe(hashOf(june));
  const keys = { secret: KEY, costKey: KEY, workspaceKey: KEY };
  const byHand = manualSetup({ loaded, now: Date.parse('2026-06-10T12:00:00Z'), ...keys });
  expect(byHand.workspaces[0]!.config.calendar).toEqual(june.workspaces[0]!.config.calendar);
});
