/** Owners: RACI with defaults. Who answers is the responsible, else the accountable one. */
import type { DocumentPath, Problems } from './problems.ts';
import { type Raci, ROLES } from './tree.ts';

/** Plain text is the responsible one. null after a problem. */
export function raciOf(value: unknown, path: DocumentPath, problems: Problems): Raci | null {
  if (typeof value === 'string') {
    const name = problems.text(value, path);
    return name === null ? null : { R: name };
  }
  const map = problems.map(value, path, ROLES);
  if (map === null) return null;
  const raci = rolesIn(map, path, problems);
  if (Object.keys(raci).length > 0) return raci;
  problems.add(path, 'name at least one of R, A, C, I');
  return null;
}

/** Of a map the roles alone: its other keys are values with owners of their own. */
export function rolesIn(
  map: Readonly<Record<string, unknown>>,
  path: DocumentPath,
  problems: Problems,
): Raci {
  const raci: { -readonly [Role in keyof Raci]: string } = {};
  for (const role of ROLES) {
    const name = map[role] === undefined ? null : problems.text(map[role], [...path, role]);
    if (name !== null) raci[role] = name;
    const small = role.toLowerCase();
    if (small in map)
      problems.add([...path, small], `roles are written in capitals: ${role}`, true);
  }
  return raci;
}

/** null: nobody at all is named. */
export function answers(raci: Raci): string | null {
  return raci.R ?? raci.A ?? raci.C ?? raci.I ?? null;
}
