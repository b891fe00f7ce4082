/** A data folder, its configuration and port, and the process that is hurt on it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@sapwood/service-kit/free-port';
import { clock, createWorkshop, type RunningCli, type Workshop } from '../support/process.ts';
import { type Accountant, startAccountant } from './accountant.ts';
import { nervousTree } from './nervous-tree.ts';

export const SECRET = 'hook-secret-of-the-accountant';
export const COST_KEY = 'cost-key-of-the-accountant';
export const WORKSPACE = 'acme';
export const SOURCE = 'desk';
const HOOK = '/hooks/desk';
/** A start may have a whole log to fold, on a busy machine. */
const START_MS = 60_000;

export type Preload = 'failpoints' | 'clock';

export interface StartOptions {
  readonly preload?: readonly Preload[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Site {
  readonly data: string;
  readonly journal: string;
  readonly url: string;
  readonly config: string;
  /** Starts the process; see `ready` for when it serves. */
  start(options?: StartOptions): RunningCli;
  /** The same with other arguments: another folder. */
  startOn(args: readonly string[]): RunningCli;
  /** Starts it and waits until it serves; returns how long that took, too. */
  ready(options?: StartOptions): Promise<{ readonly cli: RunningCli; readonly readyMs: number }>;
  args(): string[];
  accountant(load: Load): Accountant;
  /** Ends and removes everything. */
  clean(): Promise<void>;
}

export interface Load {
  readonly seed: number;
  readonly perSecond?: number;
  readonly lanes?: number;
  /** The accountant's own process: to let it live in another time. */
  readonly process?: StartOptions;
}

export interface SiteOptions {
  /** Where the data lies; default a new temporary folder. */
  readonly data?: string;
  /** A REST API with this address is read. */
  readonly rest?: { readonly baseUrl: string; readonly token: string };
}

function configure(folder: string, rest: SiteOptions['rest']): string {
  const tree = join(folder, 'tree.yaml');
  writeFileSync(tree, JSON.stringify(nervousTree()));
  const scheme = { kind: 'pylon-hmac', secrets: [SECRET] };
  const document = {
    workspaces: { [WORKSPACE]: { currency: 'GBP', zone: 'Europe/London', tree } },
    sources: {
      [SOURCE]: {
        workspace: WORKSPACE,
        ...(rest ? { bodies: 'hints', ...rest } : {}),
        hooks: { desk: { schemes: [scheme] } },
      },
    },
    costs: { keys: { feed: { workspace: WORKSPACE, key: COST_KEY } } },
    log: { level: 'warn' },
  };
  const file = join(folder, 'sapwood.yaml');
  // JSON is YAML, too.
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const preloadOption = (name: Preload): string =>
  `--import ${new URL(`./preload/${name}.ts`, import.meta.url).href}`;

/** What a process with these preloads is started with. */
export function environmentOf({ preload = [], env = {} }: StartOptions): Record<string, string> {
  const nodeOptions = preload.map(preloadOption).join(' ');
  return { ...(nodeOptions === '' ? {} : { NODE_OPTIONS: nodeOptions }), ...env };
}

export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const workshop: Workshop = createWorkshop();
  const folder = workshop.folder();
  const data = options.data ?? join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const config = configure(folder, options.rest);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const journal = join(folder, 'journal');
  const accountants: Accountant[] = [];
  const args = (): string[] => [
    ...['start', '--config', config, '--data', data, '--port', String(port)],
  ];
  const start = (more: StartOptions = {}): RunningCli =>
    workshop.start(args(), { env: environmentOf(more) });
  return {
    ...{ data, journal, url, config, args, start },
    startOn: (more) => workshop.start(['start', ...more]),
    ready: async (more) => {
      const startedAt = clock.monotonic();
      const cli = start(more);
      await Promise.race([
        cli.url(),
        clock.sleep(START_MS).then(() => {
          throw new Error('it is not live in time');
        }),
      ]);
      return { cli, readyMs: Math.round(clock.monotonic() - startedAt) };
    },
    accountant: ({ seed, perSecond = 60, lanes = 16, process = {} }) => {
      const env = environmentOf(process);
      const one = startAccountant(env, {
        ...{ url, screenUrl: url, secret: SECRET, journal, seed, perSecond, lanes },
        desks: [{ workspace: WORKSPACE, hook: HOOK, costKey: COST_KEY }],
        order: 'day',
      });
      accountants.push(one);
      return one;
    },
    clean: async () => {
      for (const one of accountants) one.kill();
      await workshop.clean();
    },
  };
}
