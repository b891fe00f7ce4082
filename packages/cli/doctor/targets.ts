/** What `doctor` finds of the targets that a workspace declares: which of them cannot be what they say. */
import type { SlaPolicy } from '@sapwood/core/config';
import { type Config, slaPolicyOf } from '@sapwood/service-kit/config';
import { degraded, type Finding, fine, type Place } from './finding.ts';

const NAMES = { first: 'first replies', next: 'further replies', resolution: 'resolutions' };

export function judgeTargets({ workspaces, sources }: Config, place: Place): Finding[] {
  return Object.entries(workspaces).flatMap(([id, { sla, scheduleOf }]) => {
    if (sla === null) return [];
    const policy = slaPolicyOf(sla);
    const own = Object.values(sources).filter(({ workspace }) => workspace === id);
    const at = place(['workspaces', id, 'sla']);
    const found = [
      ...(scheduleOf.workspace === undefined ? judgeHours(id, policy, at) : []),
      ...judgeTiers(id, policy, own, at),
      ...judgeMessages(id, policy, own, at),
      ...judgeOthers(id, policy, at),
    ];
    return found.length > 0 ? found : [fine(`targets of ${id}: ${kindsOf(policy).join(', ')}`)];
  });
}

const allOf = ({ targets, tiers = {} }: SlaPolicy): SlaPolicy['targets'][] => [
  targets,
  ...Object.values(tiers),
];

function kindsOf(policy: SlaPolicy): string[] {
  const kinds = ['first', 'next', 'resolution'] as const;
  return kinds
    .filter((kind) => allOf(policy).some((targets) => targets[kind]))
    .map((kind) => NAMES[kind]);
}

function judgeHours(id: string, policy: SlaPolicy, at: string): Finding[] {
  const clocks = allOf(policy).flatMap((targets) => Object.values(targets).flatMap(Object.values));
  if (!clocks.some(({ clock }) => clock === 'business')) return [];
  const what = `targets of ${id}: business hours count on the wall where no schedule holds`;
  return [degraded(what, `schedules, and scheduleOf with a workspace, beside ${at}`)];
}

type Own = readonly Config['sources'][string][];

function judgeTiers(id: string, { tiers }: SlaPolicy, own: Own, at: string): Finding[] {
  if (!tiers || own.some(({ accountFields }) => accountFields.tier !== null)) return [];
  const what = `targets of ${id}: no source says the tier of an account, so tiers have no effect`;
  return [degraded(what, `accountFields: {tier: ...} of a source, for the tiers at ${at}`)];
}

function judgeMessages(id: string, policy: SlaPolicy, own: Own, at: string): Finding[] {
  const replies = kindsOf(policy).filter((name) => name !== NAMES.resolution);
  if (replies.length === 0 || !own.some(({ messages }) => messages === 'none')) return [];
  const what = `targets of ${id}: without messages ${replies.join(', ')} are unknown`;
  return [degraded(what, `messages: read of its source, or no such targets at ${at}`)];
}

function judgeOthers(id: string, { targets }: SlaPolicy, at: string): Finding[] {
  const kinds = (['first', 'next', 'resolution'] as const).filter(
    (kind) => targets[kind] && !Object.hasOwn(targets[kind], '*'),
  );
  if (kinds.length === 0) return [];
  const names = kinds.map((kind) => NAMES[kind]).join(', ');
  const what = `targets of ${id}: ${names} of no or another priority have none`;
  return [degraded(what, `'*' for any other priority, at ${at}`)];
}
