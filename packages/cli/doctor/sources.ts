/**
 * What `doctor` finds of Pylon: does each token open its organisation, and what did the triggers
 * really send (pylon.md 3.4, 3.6)? Judged from plain values, so that each is a test.
 */
import { type MappedBody, mapBody } from '@sapwood/pylon/body';
import type { ReadResult } from '@sapwood/pylon/client';
import { DEFAULT_STATUSES } from '@sapwood/pylon/facts';
import type { SourceConfig } from '@sapwood/service-kit/config';
import { count, degraded, type Finding, fine, type Place, wrong } from './finding.ts';

type Organisation = ReadResult<{ readonly id: string; readonly name: string }>;
const UNAUTHORISED = 401;
const WRONG_REGION = 'wrong_region_token';

/** `answer`: of `GET /me`; null: there is no token. */
export function judgeToken(
  id: string,
  source: SourceConfig,
  answer: Organisation | null,
  place: Place,
): Finding {
  const at = place(['sources', id]);
  if (answer === null) {
    const what = `Pylon: ${id} has no token, so bodies of webhooks are all that is known`;
    return degraded(what, `tokenFile at ${at}; an administrator of Pylon makes one`);
  }
  switch (answer.kind) {
    case 'ok':
      return fine(`Pylon: the token of ${id} opens ${answer.value.name || answer.value.id}`);
    case 'limited':
      return fine(`Pylon: the token of ${id} is known; its budget is used up for now`);
    case 'failed':
      return degraded(
        `Pylon: no answer for ${id} (${answer.status === 0 ? 'no connection' : answer.status})`,
        'nothing to change: reads are made up for, unless a proxy is in the way',
      );
    default: {
      const status = answer.kind === 'refused' ? answer.status : 404;
      const region = source.region === 'us' ? 'eu' : 'us';
      const isElsewhere = answer.kind === 'refused' && answer.code === WRONG_REGION;
      const remedy = isElsewhere
        ? `region: ${region} at ${at}`
        : status === UNAUTHORISED
          ? `a new token, or region: ${region} at ${at}`
          : `the rights of the token's user in Pylon`;
      return wrong(`Pylon: the token of ${id} is refused (${status})`, remedy);
    }
  }
}

/** What one trigger's destination has sent, newest first or last: order does not matter. */
export interface Received {
  readonly source: SourceConfig;
  readonly sourceId: string;
  readonly destination: string;
  readonly bodies: readonly Uint8Array[];
}

/** Below this share of bodies, a variable that did not resolve is an issue that has none. */
const TYPO_SHARE = 0.9;
const NAMES_MAX = 8;
type Hint = Extract<MappedBody, { kind: 'hint' }>;

export function judgeDestination(received: Received, place: Place): Finding[] {
  const { destination, bodies, source, sourceId } = received;
  const where = `hook ${destination}`;
  if (bodies.length === 0) {
    const remedy = `a trigger in Pylon that posts to /hooks/${destination}`;
    return [degraded(`${where}: nothing came yet`, remedy), ...judgeSchemes(received, place)];
  }
  const mapped = bodies.map(mapBody);
  const hints = mapped.filter((body): body is Hint => body.kind === 'hint');
  const kinds = tally(hints.map(({ hint }) => hint));
  return [
    fine(
      `${where}: of the last ${count(bodies.length, 'body').replace('bodys', 'bodies')}, ${told(kinds)}`,
    ),
    ...judgeFaults(where, mapped),
    ...judgeNotes(where, hints),
    ...judgeStatuses(where, hints, source, place(['sources', sourceId])),
    ...judgeSchemes(received, place),
  ];
}

function judgeFaults(where: string, mapped: readonly MappedBody[]): Finding[] {
  const faults = tally(mapped.flatMap((body) => (body.kind === 'hint' ? [] : [body.reason])));
  const salvaged = mapped.filter((body) => body.kind === 'hint' && body.salvaged).length;
  const found: Finding[] = [];
  const remedy = 'a body without free text, as in packages/pylon/templates.ts';
  if (faults.size > 0) found.push(wrong(`${where}: set aside, ${told(faults)}`, remedy));
  if (salvaged > 0) {
    found.push(degraded(`${where}: ${salvaged} were not JSON, only their issue was read`, remedy));
  }
  return found;
}

function judgeNotes(where: string, hints: readonly Hint[]): Finding[] {
  const keysOf = (list: 'unresolved' | 'unusable' | 'unknown'): Map<string, number> =>
    tally(hints.flatMap(({ notes }) => notes[list]));
  const found: Finding[] = [];
  const unresolved = [...keysOf('unresolved')].filter(([, n]) => n >= TYPO_SHARE * hints.length);
  if (unresolved.length > 0) {
    const what = `${where}: never resolved by Pylon, ${told(new Map(unresolved))}`;
    found.push(degraded(what, "choose these variables anew in Pylon's picker"));
  }
  const unusable = keysOf('unusable');
  if (unusable.size > 0) {
    const what = `${where}: of a form that cannot be read, ${told(unusable)}`;
    found.push(degraded(what, 'ids, RFC 3339 times, whole numbers, true or false'));
  }
  const unknown = keysOf('unknown');
  if (unknown.size > 0) found.push(fine(`${where}: keys that nothing reads, ${told(unknown)}`));
  return found;
}

/** With a token REST names the category of each status. */
function judgeStatuses(
  where: string,
  hints: readonly Hint[],
  source: SourceConfig,
  at: string,
): Finding[] {
  if (source.token !== null) return [];
  const known = new Set([...DEFAULT_STATUSES.keys(), ...Object.keys(source.statuses)]);
  const slugs = hints.flatMap(({ claims }) => claims.issue.status ?? []);
  const strange = tally(slugs.filter((slug) => !known.has(slug)));
  if (strange.size === 0) return [];
  const what = `${where}: statuses without a category, ${told(strange)}`;
  return [degraded(what, `statuses: { ${[...strange.keys()][0]}: waiting_on_you } at ${at}`)];
}

/** A captured body can be sent again, and would assert an old state (pylon.md 2, 3.6). */
function judgeSchemes({ source, sourceId, destination }: Received, place: Place): Finding[] {
  const { schemes } = source.hooks[destination]!;
  if (source.bodies !== 'facts' || schemes.some(({ kind }) => kind !== 'pylon-hmac')) return [];
  const at = place(['sources', sourceId, 'hooks', destination, 'schemes']);
  const what = `hook ${destination}: its bodies are believed, and nothing but their signature tells a copy`;
  return [degraded(what, `a second scheme with a header that can be changed, at ${at}`)];
}

function tally<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function told(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const some = sorted.slice(0, NAMES_MAX).map(([name, n]) => `${n} ${name}`);
  const more = sorted.length - some.length;
  return some.join(', ') + (more > 0 ? `, ${more} more kinds` : '');
}
