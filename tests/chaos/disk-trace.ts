/** What a trace of system calls says of some files, and what a disk may hold at an instant of it. */
import type { Rng } from '@sapwood/runtime/ports';

interface Step {
  readonly atMs: number;
  readonly file: string;
  readonly kind: 'write' | 'flush' | 'cut' | 'remove';
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface Disk {
  readonly steps: readonly Step[];
  readonly writes: number;
  readonly flushes: number;
}

/** A write reaches the disk in pieces of this size, each whole or not at all. */
const SECTOR = 512;
/** SQLite makes it anew at every start after a crash; it is mapped, never written. */
const IGNORED = /-shm$/;
const NOTHING = Buffer.alloc(0);

const CALL = /^(?:\d+ +)?(\d+\.\d+) (\w+)\((.*)$/;
const RESUMED = /^(?:\d+ +)?(\d+\.\d+) <\.\.\. (\w+) resumed>/;

const hexOf = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** Only calls on files under `folder`; a call that two threads interleave counts when it began or ended. */
export function parseTrace(text: string, folder: string): Disk {
  const steps: Step[] = [];
  /** Flushes begun by a thread and not yet over: durable only then. */
  const open = new Map<string, { file: string; kind: Step['kind'] }>();
  const push = (step: Partial<Step> & Pick<Step, 'atMs' | 'file' | 'kind'>): void =>
    void steps.push({ offset: 0, bytes: NOTHING, ...step });
  for (const line of text.split('\n')) {
    const thread = line.split(' ', 1)[0]!;
    const resumed = RESUMED.exec(line);
    const begun = open.get(thread);
    if (resumed && begun) {
      open.delete(thread);
      push({ ...begun, atMs: Number(resumed[1]) * 1_000 });
      continue;
    }
    const [, at, call, rest] = CALL.exec(line) ?? [];
    const named = /^(?:\d+<|")((?:\\x[0-9a-f]{2})+|[^>"]*)[>"]/.exec(rest ?? '');
    if (!at || !call || !named) continue;
    const path = named[1]!.startsWith('\\x') ? hexOf(named[1]!).toString() : named[1]!;
    if (!path.startsWith(`${folder}/`) || IGNORED.test(path)) continue;
    const file = path.slice(folder.length + 1);
    const atMs = Number(at) * 1_000;
    const unfinished = rest!.includes('<unfinished');
    if (call === 'pwrite64') {
      const [, data, offset] = /"((?:\\x[0-9a-f]{2})*)", \d+, (\d+)/.exec(rest!) ?? [];
      if (data === undefined) throw new Error(`a write that cannot be read: ${line.slice(0, 200)}`);
      push({ atMs, file, kind: 'write', offset: Number(offset), bytes: hexOf(data) });
    } else if (call === 'fsync' || call === 'fdatasync') {
      if (unfinished) open.set(thread, { file, kind: 'flush' });
      else push({ atMs, file, kind: 'flush' });
    } else if (call === 'ftruncate') {
      const size = Number(/>, (\d+)/.exec(rest!)?.[1]);
      push({ atMs, file, kind: 'cut', offset: size });
    } else if (call === 'unlink') {
      push({ atMs, file, kind: 'remove' });
    }
  }
  const count = (kind: Step['kind']): number => steps.filter((step) => step.kind === kind).length;
  return { steps, writes: count('write'), flushes: count('flush') };
}

function write(image: Buffer, offset: number, bytes: Buffer): Buffer {
  const size = Math.max(image.length, offset + bytes.length);
  const grown =
    size === image.length ? image : Buffer.concat([image, Buffer.alloc(size - image.length)]);
  bytes.copy(grown, offset);
  return grown;
}

const cut = (image: Buffer, size: number): Buffer =>
  size <= image.length ? image.subarray(0, size) : write(image, size, NOTHING);

/** Whole, not at all, or some of its sectors. */
function torn(image: Buffer, { offset, bytes }: Step, rng: Rng): Buffer {
  const dice = rng.next();
  if (dice < 0.3) return image;
  if (dice < 0.6) return write(image, offset, bytes);
  let result = image;
  for (let at = 0; at < bytes.length; at += SECTOR) {
    if (rng.next() < 0.5) result = write(result, offset + at, bytes.subarray(at, at + SECTOR));
  }
  return result;
}

/** Per file: all that was flushed by then, and of what came after the last flush anything. */
export function imageAt({ steps }: Disk, atMs: number, rng: Rng): Map<string, Buffer> {
  const images = new Map<string, Buffer>();
  const waiting = new Map<string, Step[]>();
  const imageOf = (file: string): Buffer => images.get(file) ?? NOTHING;
  const apply = (step: Step): void => {
    const image = imageOf(step.file);
    images.set(
      step.file,
      step.kind === 'cut' ? cut(image, step.offset) : write(image, step.offset, step.bytes),
    );
  };
  for (const step of steps) {
    if (step.atMs > atMs) break;
    if (step.kind === 'remove') {
      // The next flush of any file keeps it, as journalling file systems do; here at once.
      images.delete(step.file);
      waiting.delete(step.file);
    } else if (step.kind === 'flush') {
      for (const one of waiting.get(step.file) ?? []) apply(one);
      waiting.delete(step.file);
    } else {
      waiting.set(step.file, [...(waiting.get(step.file) ?? []), step]);
    }
  }
  for (const [file, left] of waiting) {
    for (const step of left) {
      if (step.kind === 'cut') apply(step);
      else images.set(file, torn(imageOf(file), step, rng));
    }
  }
  return images;
}
