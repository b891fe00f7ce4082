/** Other programs that are run to their end: is one there, and what did it come to? */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** True where `command` exists and runs. */
export async function runs(command: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('exit', resolve);
  });
  return code === 0;
}

export async function runOrThrow(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}`);
}

/** The jars that the `pom.xml` in `cwd` names, and theirs, into `folder`. */
export async function copyJars(cwd: string, folder: string): Promise<void> {
  const options = [`-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
  await runOrThrow('mvn', ['-q', '-B', COPY_JARS, ...options], cwd);
}
