/** The parent's handle on the accountant process. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { clock } from '../support/process.ts';

const CHILD = fileURLToPath(new URL('./accountant.child.ts', import.meta.url));
/** Of wall time without any progress: a busy machine is slow, it does not stand still. */
const PATIENCE_MS = 120_000;

/** Where the letters of one workspace go. */
export interface Address {
  readonly workspace: string;
  /** Path of the webhook. */
  readonly hook: string;
  readonly costKey: string;
}

export interface AccountantOptions {
  /** `http://127.0.0.1:port` of what takes letters. */
  readonly url: string;
  /** The same of what shows values; the first workspace is the one on the screen. */
  readonly screenUrl: string;
  /** Letters go to them in turn. */
  readonly desks: readonly Address[];
  /** A day as it is, or one in no order and many times over. */
  readonly order: 'day' | 'shuffled';
  readonly secret: string;
  readonly journal: string;
  readonly seed: number;
  readonly perSecond: number;
  /** Posts in flight at once; more is counted as skipped. */
  readonly lanes: number;
}

export interface Report {
  readonly acked: number;
  readonly sent: number;
  readonly skipped: number;
  /** How often each status came; 0: no answer. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly inFlight: number;
  readonly sending: boolean;
  /** Log time of the newest frame on its screen. */
  readonly asOf: number;
  readonly messages: number;
}

export interface Accountant {
  report(): Report;
  /** Waits until so many more were acknowledged. */
  acked(more: number): Promise<void>;
  /** Sends nothing more, and waits for the answers under way. */
  pause(): Promise<void>;
  resume(): void;
  /** Writes down what its screen shows, and ends. */
  finish(): Promise<Report>;
  kill(): void;
}

const NOTHING: Report = {
  ...{
    acked: 0,
    sent: 0,
    skipped: 0,
    statuses: {},
    inFlight: 0,
    sending: true,
    asOf: 0,
    messages: 0,
  },
};

export function startAccountant(
  env: Readonly<Record<string, string>>,
  options: AccountantOptions,
): Accountant {
  const child = fork(CHILD, [JSON.stringify(options)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let newest = NOTHING;
  let ended = false;
  child.on('message', (report: Report) => {
    newest = report;
  });
  const end = new Promise<void>((resolve) =>
    child.once('exit', () => {
      ended = true;
      resolve();
    }),
  );
  const say = (word: string): void => void child.send(word);
  /** Gives up when nothing was acknowledged for long, and says what the answers were instead. */
  async function wait(what: string, holds: () => boolean): Promise<void> {
    let last = { acked: newest.acked, at: clock.monotonic() };
    while (!holds()) {
      if (ended) throw new Error('the accountant ended');
      if (newest.acked > last.acked) last = { acked: newest.acked, at: clock.monotonic() };
      if (clock.monotonic() - last.at > PATIENCE_MS) {
        throw new Error(`${what}: stood still at ${JSON.stringify(newest)}`);
      }
      await clock.sleep(2);
    }
  }
  return {
    report: () => newest,
    acked: (more) => {
      const wanted = newest.acked + more;
      return wait(`${more} more are acknowledged`, () => newest.acked >= wanted);
    },
    pause: async () => {
      say('pause');
      await wait('nothing is under way', () => !newest.sending && newest.inFlight === 0);
    },
    resume: () => say('resume'),
    finish: async () => {
      say('finish');
      await end;
      return newest;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
