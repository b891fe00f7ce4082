/** One process of a service that nobody starts again, and what its metrics say that it has done. */
import { freePort } from '@sapwood/service-kit/free-port';
import { clock, type RunningCli, spawnCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const READY_MS = 60_000;

export interface Work {
  /** Facts that it folded, whatever came of them. */
  readonly facts: number;
  /** Passes that it published: each partition that it takes over gives one. */
  readonly passes: number;
}

export interface Member {
  readonly cli: RunningCli;
  /** Zeros once it is gone. */
  work(): Promise<Work>;
}

/** Resolves once it says that it is ready. */
export async function startMember(service: string, config: string): Promise<Member> {
  const port = await freePort();
  const env = { SAPWOOD_METRICS_PORT: String(port) };
  const cli = spawnCli(['service', service, '--config', config], { env });
  const isReady = (): boolean => cli.isEnded() || cli.stdout().includes(' is ready');
  await until(clock, `${service} is ready`, isReady, READY_MS);
  if (cli.isEnded()) throw new Error(`${service} ended: ${cli.stderr()}`);
  const metrics = async (): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null);
    return answer ? answer.text() : '';
  };
  return {
    cli,
    work: async () => {
      const text = await metrics();
      const sum = (name: string): number => {
        const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
        return [...lines].reduce((total, [, value]) => total + Number(value), 0);
      };
      return {
        facts: sum('sapwood_facts_applied_total') + sum('sapwood_facts_redundant_total'),
        passes: sum('sapwood_relay_pass_seconds_count'),
      };
    },
  };
}
