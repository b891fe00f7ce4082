/**
 * Tree files of a running installation (design D11): a changed one is put in force as a fact, a wrong one is
 * refused with its mistakes, and the tree that is in force stays.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Appender } from '@sapwood/runtime/appender';
import type { Clock, StateStore, Timer } from '@sapwood/runtime/ports';
import type { Component } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { readTreeFile, splitTreeName } from '@sapwood/service-kit/config';
import { putInForce } from '../config-fact.ts';
import { type Setup, withTree } from '../setup.ts';
import { textOf } from './file.ts';

export interface TreeWatchDeps {
  readonly setup: Setup;
  readonly appender: Appender;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Text of a file; null if it cannot be read. Default: this machine's. */
  readonly readText?: (file: string) => string | null;
}

/** A change is in force within two of these: editors write a file in several steps, so it is read twice alike. */
const LOOK_MS = 500;

interface Watched {
  readonly workspace: string;
  readonly file: string;
  readonly wanted: string | null;
  config: WorkspaceConfig;
  /** What was judged last, and what the last look saw; undefined: nothing yet. */
  judged: string | null | undefined;
  seen: string | null | undefined;
}

const fitOf = ({ currency, sla }: WorkspaceConfig) => ({
  currency,
  tiers: Object.keys(sla?.tiers ?? {}),
});

/** Reading instead of the system's notices: these miss changes on network drives and behind mounted files. */
export function createTreeWatch(deps: TreeWatchDeps): Component {
  const { setup, clock, telemetry, readText = textOf } = deps;
  const watched = setup.workspaces.flatMap(({ id, config, treeFile }): Watched[] => {
    if (!treeFile) return [];
    const { file, wanted } = splitTreeName(treeFile);
    // Judged once at the start too: it may have changed since the configuration was read.
    return [{ workspace: id, file, wanted, config, judged: undefined, seen: undefined }];
  });
  let timer: Timer | null = null;
  let looking: Promise<void> | null = null;
  let stopped = false;
  let failure = '';

  const look = async (): Promise<void> => {
    for (const one of watched) {
      const text = readText(one.file);
      const isSettled = text === one.seen;
      one.seen = text;
      if (isSettled && text !== one.judged) await judge(one, text);
    }
  };
  const judge = async (one: Watched, text: string | null): Promise<void> => {
    const { workspace, file, wanted, config } = one;
    const read =
      text === null
        ? { errors: [`${file}: cannot be read`] }
        : readTreeFile(file, text, fitOf(config), wanted);
    if ('tree' in read) {
      const next = withTree(config, read.tree);
      const isNew = await putInForce(workspace, next, deps.appender, deps);
      one.config = next;
      if (isNew) say('info', `The tree of ${workspace} is in force as ${file} has it now.`);
    } else {
      say('error', `${file} is refused, the tree before it stays:\n${read.errors.join('\n')}`);
    }
    one.judged = text;
  };
  const say = (level: 'info' | 'error', text: string): void =>
    telemetry({ type: 'Notice', level, text });
  const arm = (): void => {
    if (stopped || watched.length === 0) return;
    timer = clock.after(LOOK_MS, () => {
      looking = look()
        .then(() => {
          failure = '';
        })
        // A log that takes nothing for a moment: the next look tries again, and is told once.
        .catch((error: Error) => {
          if (error.message !== failure) say('error', `No tree is put in force: ${error.message}`);
          failure = error.message;
        })
        .finally(() => {
          looking = null;
          arm();
        });
    });
  };
  return {
    name: 'trees',
    start: async () => arm(),
    stop: async () => {
      stopped = true;
      timer?.cancel();
      await looking;
    },
    idle: () => looking === null,
  };
}
