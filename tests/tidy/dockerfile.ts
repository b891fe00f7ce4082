/** As much of a Dockerfile and of a .dockerignore as the checks need. */

export interface Instruction {
  readonly name: string;
  /** Words behind the name, single blanks between them. */
  readonly text: string;
}

export function instructionsOf(text: string): Instruction[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...words] = line.split(' ');
      return { name, text: words.join(' ') };
    });
}

/** Whether a file stays out of the build's context: the last pattern that matches decides. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ ignores: !line.startsWith('!'), pattern: patternOf(line.replace('!', '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.ignores ?? false;
}

/** A pattern matches a folder with all that is in it. */
function patternOf(glob: string): RegExp {
  const body = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .split('**/')
    .map((part) => part.replaceAll('**', '\u0000').replaceAll('*', '[^/]*'))
    .join('(?:.*/)?')
    .replaceAll('\u0000', '.*');
  return new RegExp(`^${body}(?:/.*)?$`);
}
