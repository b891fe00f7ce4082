import { loadConfig } from '@sapwood/service-kit/config';
import { expect, it } from 'vitest';
import { judgeTargets } from './targets.ts';

/** Findings of a workspace with such targets, as `level: what -> remedy`. */
function found(sla: string, more = '', source = ''): string[] {
  const text = `workspaces:
  acme:
    sla: ${sla}
${more}
sources:
  pylon: {workspace: acme, token: a-secret-token${source}}
`;
  const loaded = loadConfig({ file: 'sapwood.yaml', env: {}, readText: () => text });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return judgeTargets(loaded.config, loaded.place).map(({ level, what, remedy = '' }) =>
    `${level}: ${what} -> ${remedy}`.replace(/ -> $/, ''),
  );
}

const HOURS = `    schedules: {desk: {hours: {mon-fri: 09:00-17:00}}}
    scheduleOf: {workspace: desk}`;

it('DOC-14 nothing is said against targets that are what they say', () => {
  expect(found(`{first: {'*': 8 business h}, resolution: {'*': 4 h}}`, HOURS)).toEqual([
    'fine: targets of acme: first replies, resolutions',
  ]);
  const tiers = `{tiers: {gold: {next: {'*': 1 h}}}}`;
  expect(found(tiers, '', ', accountFields: {tier: plan}')).toEqual([
    'fine: targets of acme: further replies',
  ]);
});

it('DOC-14 named is what has no effect, or counts otherwise than it says', () => {
  const at = 'sapwood.yaml:3:5';
  expect(found(`{first: {'*': 8 business h}}`)).toEqual([
    `degraded: targets of acme: business hours count on the wall where no schedule holds -> schedules, and scheduleOf with a workspace, beside ${at}`,
  ]);
  expect(found(`{first: {'*': 1 h}, tiers: {gold: {first: {'*': 8 m}}}}`)).toEqual([
    `degraded: targets of acme: no source says the tier of an account, so tiers have no effect -> accountFields: {tier: ...} of a source, for the tiers at ${at}`,
  ]);
  expect(found(`{first: {'*': 1 h}, resolution: {'*': 4 h}}`, '', ', messages: none')).toEqual([
    `degraded: targets of acme: without messages first replies are unknown -> messages: read of its source, or no such targets at ${at}`,
  ]);
  expect(found(`{next: {urgent: 1 h}}`)).toEqual([
    `degraded: targets of acme: further replies of no or another priority have none -> '*' for any other priority, at ${at}`,
  ]);
});
