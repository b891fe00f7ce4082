/** What metrics need to have declared, and a workspace has not (metrics.md 9). */
import type { Config } from '@sapwood/service-kit/config';
import { degraded, type Finding, type Place } from './finding.ts';

type Workspace = Config['workspaces'][string];

interface Need {
  readonly isDeclared: (workspace: Workspace) => boolean;
  readonly what: string;
  readonly setting: string;
}

const NEEDS: readonly Need[] = [
  {
    isDeclared: ({ csatScale }) => csatScale !== null,
    what: 'no scale of ratings, so csat and ratings are unknown',
    setting: 'csatScale: {min: 1, max: 5, positiveFrom: 4}',
  },
  {
    isDeclared: ({ teamRanks }) => Object.keys(teamRanks).length > 0,
    what: 'no ranks of teams, so no change of team is an escalation',
    setting: 'teamRanks: {<team id>: 1, <team id>: 2}',
  },
  {
    isDeclared: ({ managers, managerRoles }) => managers.length + managerRoles.length > 0,
    what: 'no managers, so no change of owner is an escalation',
    setting: 'managers: [<user id>] or managerRoles: [<role id>]',
  },
  {
    isDeclared: ({ escalation: { tags, fields } }) => tags.length + fields.length > 0,
    what: 'no tag or field of escalations, so nobody can declare one',
    setting: 'escalation: {tags: [<tag>], fields: [<slug>]}',
  },
];

export const judgeConventions = (id: string, workspace: Workspace, place: Place): Finding[] =>
  NEEDS.filter(({ isDeclared }) => !isDeclared(workspace)).map(({ what, setting }) =>
    degraded(`workspace ${id}: ${what}`, `${setting} at ${place(['workspaces', id])}`),
  );
