/** The subscribers as processes: what they need is fetched once, as somebody else would install it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyJars, runOrThrow, runs } from '../../deploy/kafka/command.ts';

const HERE: string = import.meta.dirname;

export const LANGUAGES = ['python', 'java'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Why a subscriber cannot run here; null where it can. */
export async function whatIsMissing(language: Language): Promise<string | null> {
  if (language === 'python') {
    const hasVenv = await runs('python3', ['-c', 'import ensurepip, venv']);
    return hasVenv ? null : 'there is no python3 with venv';
  }
  // A source file is compiled as it starts: a runtime alone does not do.
  if (!(await runs('javac', ['-version']))) return 'there is no JDK';
  return (await runs('mvn', ['-version'])) ? null : 'there is no Maven';
}

/** A folder that `fill` made whole, once for each content of `file`. */
async function kept(
  language: Language,
  file: string,
  fill: (folder: string, cwd: string) => Promise<void>,
): Promise<string> {
  const cwd = join(HERE, language);
  const digest = createHash('sha256').update(readFileSync(join(cwd, file)));
  const folder = join(HERE, 'lib', `${language}-${digest.digest('hex').slice(0, 12)}`);
  const whole = join(folder, '.whole');
  if (existsSync(whole)) return folder;
  rmSync(folder, { recursive: true, force: true });
  await fill(folder, cwd);
  writeFileSync(whole, '');
  return folder;
}

/** The command line of a subscriber, up to its options. */
export async function prepare(language: Language): Promise<readonly string[]> {
  if (language === 'python') {
    const venv = await kept('python', 'requirements.txt', async (folder, cwd) => {
      await runOrThrow('python3', ['-m', 'venv', folder], cwd);
      const pip = ['-m', 'pip', 'install', '-q', '--only-binary', ':all:'];
      await runOrThrow(join(folder, 'bin/python'), [...pip, '-r', 'requirements.txt'], cwd);
    });
    return [join(venv, 'bin/python'), join(HERE, 'python/subscribe.py')];
  }
  const jars = await kept('java', 'pom.xml', (folder, cwd) => copyJars(cwd, folder));
  return ['java', '-Xmx128m', '-cp', `${jars}/*`, join(HERE, 'java/Subscribe.java')];
}

export interface Running {
  lines(): readonly string[];
  stderr(): string;
  /** Its exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts a subscriber; a caller that fails has to `kill` it. */
export function subscribe(command: readonly string[], options: readonly string[]): Running {
  const [program, ...args] = [...command, ...options];
  const child: ChildProcess = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    lines: () => text.stdout.split('\n').slice(0, -1),
    stderr: () => text.stderr,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
