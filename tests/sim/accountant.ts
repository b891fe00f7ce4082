/** Sees every append and keeps what the verdict needs, also what compaction dropped since. */
import type { LogRecord } from '@sapwood/runtime/ports';

export class Accountant {
  readonly #topics = new Map<string, LogRecord[]>();

  readonly onWrite = (topic: string, _partition: number, record: LogRecord): void => {
    const known = this.#topics.get(topic);
    if (known) known.push(record);
    else this.#topics.set(topic, [record]);
  };

  records(topic: string): readonly LogRecord[] {
    return this.#topics.get(topic) ?? [];
  }
}
