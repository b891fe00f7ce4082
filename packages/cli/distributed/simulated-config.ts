/** The configuration file of a simulated desk, as a person would write one: services read it as any. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptSecret } from '../setup.ts';
import { SIMULATED } from '../simulate.ts';

export interface SimulatedDesk {
  readonly file: string;
  readonly secret: string;
  readonly costKey: string;
  readonly workspaceKey: string;
}

/** Writes `cluster.yaml` and its secrets into `data`; the engine comes from the environment. */
export function writeSimulatedConfig(data: string): SimulatedDesk {
  const secret = keptSecret(data, 'hook.secret');
  const costKey = keptSecret(data, 'costs.key');
  const workspaceKey = keptSecret(data, 'workspace-key');
  const file = join(data, 'cluster.yaml');
  writeFileSync(
    file,
    `# Written by "sapwood cluster".
data: .
workspaces:
  ${SIMULATED}: { currency: GBP, zone: UTC }
sources:
  ${SIMULATED}:
    workspace: ${SIMULATED}
    hooks:
      ${SIMULATED}: { schemes: [{ kind: pylon-hmac, secretFiles: [hook.secret] }] }
costs:
  keys:
    ${SIMULATED}: { workspace: ${SIMULATED}, keyFile: costs.key }
`,
  );
  return { file, secret, costKey, workspaceKey };
}
