import { expect, it } from 'vitest';
import { loadConfig, slaPolicyOf } from '../config.ts';

const load = (sla: string) =>
  loadConfig({
    file: 'sapwood.yaml',
    env: {},
    readText: () => `workspaces:\n  acme:\n    sla:\n${sla}\n`,
  });
function policyOf(sla: string) {
  const result = load(sla);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  const { sla: document } = result.config.workspaces['acme']!;
  return document && slaPolicyOf(document);
}
function errorsOf(sla: string): readonly string[] {
  const result = load(sla);
  return result.ok ? [] : result.errors;
}
const MINUTE_MS = 60_000;

it('TARGET-1 targets by kind, priority and tier, on the wall or in business hours, and what pauses', () => {
  const policy = policyOf(`      first: {urgent: 1 h, high: 1.5h, '*': 8 business h}
      resolution: {'*': 2 d}
      tiers: {enterprise: {first: {urgent: 15 business min}}}
      pause: [waiting_on_customer, on_hold]`);
  expect(policy).toEqual({
    targets: {
      first: {
        urgent: { ms: 60 * MINUTE_MS, clock: 'wall' },
        high: { ms: 90 * MINUTE_MS, clock: 'wall' },
        '*': { ms: 480 * MINUTE_MS, clock: 'business' },
      },
      resolution: { '*': { ms: 2_880 * MINUTE_MS, clock: 'wall' } },
    },
    tiers: { enterprise: { first: { urgent: { ms: 15 * MINUTE_MS, clock: 'business' } } } },
    pauseOn: ['on_hold', 'waiting_on_customer'],
  });
});

it('TARGET-2 on hold pauses where nothing is said; nothing does where that is said', () => {
  expect(policyOf(`      next: {'*': 1 h}`)?.pauseOn).toEqual(['on_hold']);
  expect(policyOf(`      next: {'*': 1 h}\n      pause: []`)?.pauseOn).toEqual([]);
  expect(policyOf('      # nothing yet')).toBeNull();
});

it('TARGET-3 every mistake at once, with its place', () => {
  const errors = errorsOf(`      first: {urgent: 1 hour, high: 60, low: 0 h, '*': 8 busines h}
      next: {'*': 400 d, critical: 1 h}
      resolutions: {'*': 1 h}
      tiers: {gold: {frist: {'*': 1 h}}}
      pause: [on_hold, lunch]`);
  const expected = 'expected a duration of up to 366 d, such as 4 h or 8 business h';
  expect([...errors].sort()).toEqual(
    [
      `sapwood.yaml:4:23 workspaces.acme.sla.first.urgent: ${expected}`,
      `sapwood.yaml:4:37 workspaces.acme.sla.first.high: ${expected}`,
      `sapwood.yaml:4:46 workspaces.acme.sla.first.low: ${expected}`,
      `sapwood.yaml:4:56 workspaces.acme.sla.first.*: ${expected}`,
      `sapwood.yaml:5:19 workspaces.acme.sla.next.*: ${expected}`,
      'sapwood.yaml:6:7 workspaces.acme.sla.resolutions: unknown key - did you mean "resolution"?',
      'sapwood.yaml:7:22 workspaces.acme.sla.tiers.gold.frist: unknown key - did you mean "first"?',
      'sapwood.yaml:5:36 workspaces.acme.sla.next.critical: facts know "critical" as "urgent": write that',
      'sapwood.yaml:8:24 workspaces.acme.sla.pause.1: expected one of on_hold, snoozed, waiting_on_customer',
    ].sort(),
  );
});

it('TARGET-4 what is nearly a priority, or a tier in the tree, is none', () => {
  expect(
    errorsOf(`      next: {hihg: 1 h, p1: 2 h, '*': 1 h}\n      tiers: {a: {first: {urgnt: 1 h}}}`),
  ).toEqual([
    'sapwood.yaml:4:20 workspaces.acme.sla.next.hihg: no priority is called "hihg" - did you mean "high"?',
    'sapwood.yaml:5:34 workspaces.acme.sla.tiers.a.first.urgnt: no priority is called "urgnt" - did you mean "urgent"?',
  ]);
  const files: Record<string, string> = {
    'sapwood.yaml': `workspaces: {acme: {tree: t.yaml, sla: {tiers: {gold: {first: {'*': 1 h}}}}}}`,
    't.yaml': `tree: t\nroot: first-response-time\ndefault-owner: a\nnodes:\n  first-response-time:\n    target: {account_tier=glod: 1 h}\n`,
  };
  const readText = (path: string): string | null => files[path.replace(/^.*\//, '')] ?? null;
  expect(loadConfig({ file: 'sapwood.yaml', env: {}, readText })).toMatchObject({
    errors: [
      't.yaml:6:14 nodes.first-response-time.target.account_tier=glod: no account_tier is called "glod" - did you mean "gold"?',
    ],
  });
});

it('TARGET-3 a priority that facts know by another word, a pause twice, and no target at all', () => {
  expect(errorsOf(`      next: {critical: 1 h}`)).toEqual([
    'sapwood.yaml:4:24 workspaces.acme.sla.next.critical: facts know "critical" as "urgent": write that',
  ]);
  expect(errorsOf(`      next: {'*': 1 h}\n      pause: [on_hold, on_hold]`)).toEqual([
    'sapwood.yaml:5:14 workspaces.acme.sla.pause: names a pause twice',
  ]);
  expect(errorsOf('      pause: [on_hold]')).toEqual([
    'sapwood.yaml:3:5 workspaces.acme.sla: declares no target: give first, next or resolution',
  ]);
});
