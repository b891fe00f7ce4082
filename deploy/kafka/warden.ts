/**
 * Cleans up after a process that was killed before it could: a small shell holds the other end of a
 * pipe, and once that is closed it ends what it was told of. A killed parent takes no child with it.
 */
import { spawn } from 'node:child_process';

export interface Warden {
  pid(pid: number): void;
  folder(path: string): void;
  /** All is ended already: nothing is left to do. */
  dismiss(): void;
}

/** Lines `p <pid>` and `f <folder>`; `d` forgets them all. */
const SCRIPT = `
while read -r kind what; do
  case "$kind" in
    p) pids="$pids $what" ;;
    f) folders="$folders $what" ;;
    d) pids=; folders= ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
sleep 1
for folder in $folders; do rm -rf "$folder"; done
`;

/** In a session of its own, so that neither a Ctrl-C nor a closed terminal ends it first. */
export function startWarden(): Warden {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  const write = (line: string): void => void shell.stdin.write(`${line}\n`);
  return {
    pid: (pid) => write(`p ${pid}`),
    folder: (path) => write(`f ${path}`),
    dismiss: () => {
      write('d');
      shell.stdin.end();
    },
  };
}
