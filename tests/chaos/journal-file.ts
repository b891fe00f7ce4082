/** An append-only file whose lines are on the disk before their writer goes on. */
import { type FileHandle, open } from 'node:fs/promises';

export interface JournalFile {
  /** Resolves once the line is flushed; lines that came during one flush share the next. */
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

export async function openJournal(path: string): Promise<JournalFile> {
  const file: FileHandle = await open(path, 'a');
  let tail: Promise<void> = Promise.resolve();
  let gathering: { readonly lines: string[]; readonly done: Promise<void> } | null = null;
  const gather = (): NonNullable<typeof gathering> => {
    const lines: string[] = [];
    tail = tail.then(async () => {
      gathering = null;
      await file.appendFile(lines.join(''));
      await file.datasync();
    });
    return { lines, done: tail };
  };
  return {
    write: (line) => {
      gathering ??= gather();
      gathering.lines.push(`${line}\n`);
      return gathering.done;
    },
    close: async () => {
      await tail;
      await file.close();
    },
  };
}
