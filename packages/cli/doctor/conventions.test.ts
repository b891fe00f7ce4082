import { loadConfig } from '@sapwood/service-kit/config';
import { expect, it } from 'vitest';
import { judgeConventions } from './conventions.ts';

function judged(settings: string): string[] {
  const text = `workspaces: {a: {${settings}}}`;
  const loaded = loadConfig({
    file: 'sapwood.yaml',
    folder: '/etc',
    env: {},
    flags: {},
    readText: (path) => (path === '/etc/sapwood.yaml' ? text : null),
  });
  if (!loaded.ok) throw new Error(loaded.errors.join());
  const { config, place } = loaded;
  return judgeConventions('a', config.workspaces['a']!, place).map(
    ({ level, what, remedy }) => `${level} ${what} -> ${remedy}`,
  );
}

const SCALE = 'csatScale: {min: 1, max: 5, positiveFrom: 4}';

it('DOC-13 names what metrics need and nobody declared, with the line', () => {
  const found = judged('');
  expect(found).toHaveLength(4);
  expect(found[0]).toBe(
    `degraded workspace a: no scale of ratings, so csat and ratings are unknown -> ${SCALE} at sapwood.yaml:1:14`,
  );
  expect(judged(`${SCALE}, teamRanks: {T: 1}, managers: [M], escalation: {fields: [f]}`)).toEqual(
    [],
  );
});
