/** The Lua scripts as typed calls. Their files say what they check and in which order. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

export const SCRIPTS = {
  scopeClaim: { file: 'scope_claim-1.lua', keys: 1 },
  scopeBootstrap: { file: 'scope_bootstrap-10.lua', keys: 10 },
  stateCommit: { file: 'state_commit-6.lua', keys: 6 },
  outboxSettle: { file: 'outbox_settle-2.lua', keys: 2 },
} as const;
export type ScriptName = keyof typeof SCRIPTS;

export type Argument = string | number | Buffer;
export type RunScript = (
  name: ScriptName,
  keys: readonly string[],
  args: readonly Argument[],
) => Promise<unknown>;

/** Called by SHA; loaded again where a server does not know it. */
export function defineScripts(redis: Redis): RunScript {
  for (const [name, { file, keys }] of Object.entries(SCRIPTS)) {
    const lua = readFileSync(new URL(`./lua/${file}`, import.meta.url), 'utf8');
    redis.defineCommand(name, { lua, numberOfKeys: keys });
  }
  const commands = redis as unknown as Record<
    ScriptName,
    (...args: readonly Argument[]) => Promise<unknown>
  >;
  return (name, keys, args) => commands[name](...keys, ...args);
}
