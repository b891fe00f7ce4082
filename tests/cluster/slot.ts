/** One place in which a service runs: whoever dies there is started again, as an orchestrator does. */
import { clock, type RunningCli, spawnCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

export type ServiceName = 'ingest' | 'normalizer' | 'aggregator' | 'detector' | 'gateway';
export const SERVICE_NAMES: readonly ServiceName[] = [
  'aggregator',
  'detector',
  'gateway',
  'normalizer',
  'ingest',
];

const READY = /^\S+ is ready(?:: (http:\/\/\S+?)\/)?$/m;
const READY_MS = 120_000;
const PAUSE_MS = 500;
/** More deaths than faults can explain: the text of the last one is worth more than another try. */
const LIVES_MAX = 30;

export interface Slot {
  readonly name: ServiceName;
  /** Resolves once the process in it is ready, be it the first or a later one. */
  ready(): Promise<void>;
  /** SIGKILL; the next one is started at once. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code (null: a signal); the next one is started then, on the same port. */
  restart(): Promise<number | null>;
  /** SIGTERM, and no other follows. */
  leave(): Promise<void>;
  end(): Promise<void>;
  url(): string;
  /** Processes that lived here. */
  lives(): number;
  /** What all of them wrote on stderr. */
  text(): string;
}

export function createSlot(
  name: ServiceName,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Slot {
  const listens = name === 'ingest' || name === 'gateway';
  let port = '0';
  let url = '';
  let text = '';
  let lives = 0;
  let over = false;
  let current: RunningCli;

  const launch = (): void => {
    lives += 1;
    const args = ['service', name, '--config', config, ...(listens ? ['--port', port] : [])];
    const made = spawnCli(args, { env });
    current = made;
    made.ended
      .then(async ({ stderr }) => {
        text += stderr;
        if (over) return;
        await clock.sleep(PAUSE_MS);
        if (!over && lives < LIVES_MAX) launch();
      })
      .catch(() => {});
  };
  const isReady = (): boolean => {
    const found = READY.exec(current.stdout());
    if (!found || current.isEnded()) return false;
    if (found[1]) {
      url = found[1];
      port = new URL(url).port;
    }
    return true;
  };
  launch();
  return {
    name,
    ready: () =>
      until(clock, `${name} is ready`, isReady, READY_MS).catch((error: Error) => {
        throw new Error(`${error.message}: ${text}${current.stderr()}`);
      }),
    kill: async () => {
      await current.kill();
    },
    restart: async () => (await current.stop()).code,
    leave: async () => {
      over = true;
      await current.stop();
    },
    end: async () => {
      over = true;
      if (!current.isEnded()) await current.kill();
    },
    url: () => url,
    lives: () => lives,
    text: () => text + current.stderr(),
  };
}

/** Kills the process in a slot, and waits until the next one is ready. */
export async function killed(slot: Slot): Promise<void> {
  const killedAt = clock.monotonic();
  const before = slot.lives();
  await slot.kill();
  await until(clock, `another ${slot.name}`, () => slot.lives() > before);
  await slot.ready();
  console.log(`${slot.name} is back after ${Math.round(clock.monotonic() - killedAt)} ms`);
}
