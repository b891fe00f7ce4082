/**
 * D, the second fold: samples in, alerts out (anomaly.md 3, 11.1). A pure function of a prefix of
 * `samples.v1`: the same samples give the same alerts, however their runs were cut.
 */
import type { Alert } from './detection/alert.ts';
import { Desk } from './detection/desk.ts';
import type { AlertDraft } from './detection/draft.ts';
import type { Machine } from './detection/lifecycle.ts';
import type { Fate, Fold, OutboxEntry, Put, Touched, Verdict } from './fold-contract.ts';
import { canonicalJson } from './num/integer.ts';
import { type Sample, type SampleRun, STEP_MS } from './samples.ts';
import { DAY_MS, type LogTime } from './time/instant.ts';

export const DETECT_FOLD_CODE = 'detect-1';
/** A longer run is not one: even a year of silence is cut by its ticks. */
const RUN_MS_MAX: number = 400 * DAY_MS;
const SERIES_MAX = 5_000;
const ID_HEX_CHARS = 32;
const UNIT_SEPARATOR = '\u001f';

export interface DetectFoldOptions {
  /** Hex of a cryptographic hash of the text: at least 32 characters. */
  readonly hash: (text: string) => string;
  readonly topology: number;
}

interface Meta {
  /** `seq` of the last sample, -1 before the first. */
  readonly lastSeq: number;
  /** `seq` of the last alert, 0 before the first. */
  readonly alertSeq: number;
  /** A record was lost to quarantine: the next sample may leave a gap. */
  readonly gapIsKnown: boolean;
}

const FIRST_META: Meta = { lastSeq: -1, alertSeq: 0, gapIsKnown: false };
const META_FIELD = 'meta';

export function createDetectFold(options: DetectFoldOptions): Fold<Sample, never, never> {
  return new DetectFold(options);
}

class DetectFold implements Fold<Sample, never, never> {
  readonly code: string = DETECT_FOLD_CODE;
  readonly #options: DetectFoldOptions;
  readonly #desks = new Map<string, Desk>();
  #T = 0 as LogTime;
  #meta: Meta = FIRST_META;
  #outbox: OutboxEntry<'alerts.v1', Alert>[] = [];
  #counters: Record<Fate, number> = { applied: 0, redundant: 0, quarantined: 0 };
  readonly #dirty = new Set<string>();

  constructor(options: DetectFoldOptions) {
    this.#options = options;
  }

  restore(puts: Iterable<Put>, T: LogTime): void {
    this.#T = T;
    for (const [space, field, text] of puts) {
      if (text === null) continue;
      if (space === 'dir' && field === META_FIELD) this.#meta = JSON.parse(text) as Meta;
      else this.#restoreField(space, field, text);
    }
    for (const desk of this.#desks.values()) desk.restored();
  }

  judge(sample: Sample): Verdict {
    const { lastSeq, gapIsKnown } = this.#meta;
    if (sample.seq <= lastSeq) return { kind: 'ok' };
    if (sample.topology !== this.#options.topology) return refused('foreign_topology');
    if (lastSeq >= 0 && sample.seq > lastSeq + 1 && !gapIsKnown) {
      return { kind: 'stop', reason: 'sequence_gap' };
    }
    if ((sample.run === null) === (sample.config === null)) return refused('bad_sample');
    if (sample.config !== null) return judgeConfig(sample.config.document);
    return judgeRun(sample.run!, this.#desks.get(sample.workspace)?.end ?? 0);
  }

  timeOf(sample: Sample): LogTime {
    return Math.max(this.#T, sample.T) as LogTime;
  }

  advance(to: LogTime): void {
    if (to > this.#T) this.#T = to;
  }

  ingest(sample: Sample, _offset: number): Fate {
    const fate = this.#apply(sample);
    this.#counters[fate] += 1;
    return fate;
  }

  quarantined(_workspace: string, _reason: string): void {
    this.#counters.quarantined += 1;
    this.#setMeta({ gapIsKnown: true });
  }

  touched(): Touched {
    const puts = [...this.#dirtyPuts()];
    const touched: Touched = {
      puts,
      outbox: this.#outbox,
      dirty: new Set(),
      counters: this.#counters,
    };
    this.#outbox = [];
    this.#counters = { applied: 0, redundant: 0, quarantined: 0 };
    return touched;
  }

  read(_key: string): null {
    return null;
  }

  frames(): readonly [] {
    return [];
  }

  keys(): Iterable<string> {
    return [];
  }

  *encode(): Iterable<Put> {
    yield ['dir', META_FIELD, canonicalJson(this.#meta)];
    for (const workspace of [...this.#desks.keys()].sort()) {
      const desk = this.#desks.get(workspace)!;
      yield* deskPuts(desk, desk.document === '' ? null : desk.encodeSegments());
      for (const [field, text] of desk.feeds.encode())
        yield ['pane', `${workspace}/${field}`, text];
      for (const [key, machine] of desk.encodeMachines()) yield machinePut(workspace, key, machine);
    }
  }

  #apply(sample: Sample): Fate {
    if (sample.seq <= this.#meta.lastSeq) return 'redundant';
    this.#setMeta({ lastSeq: sample.seq, gapIsKnown: false });
    const { workspace } = sample;
    const desk = this.#desk(workspace);
    const emit = (draft: AlertDraft): void => this.#emit(workspace, draft);
    if (sample.config !== null) desk.configure(sample.config.document, emit);
    else if (sample.run !== null) desk.ingest(sample.run, emit);
    this.#dirty.add(workspace);
    return 'applied';
  }

  #emit(workspace: string, draft: AlertDraft): void {
    const seq = this.#meta.alertSeq + 1;
    this.#setMeta({ alertSeq: seq });
    const record: Alert = { workspace, topology: this.#options.topology, seq, ...draft };
    this.#outbox.push({ topic: 'alerts.v1', seq, key: draft.alertId, record });
  }

  #desk(workspace: string): Desk {
    const known = this.#desks.get(workspace);
    if (known) return known;
    const desk = new Desk(workspace, (parts) =>
      this.#options.hash(parts.join(UNIT_SEPARATOR)).slice(0, ID_HEX_CHARS),
    );
    this.#desks.set(workspace, desk);
    return desk;
  }

  #setMeta(change: Partial<Meta>): void {
    this.#meta = { ...this.#meta, ...change };
    this.#dirty.add('');
  }

  *#dirtyPuts(): Iterable<Put> {
    if (this.#dirty.delete('')) yield ['dir', META_FIELD, canonicalJson(this.#meta)];
    for (const workspace of [...this.#dirty].sort()) {
      const desk = this.#desks.get(workspace)!;
      yield* deskPuts(desk, desk.takeDirtySegments());
      for (const [field, text] of desk.feeds.takeDirty()) {
        yield ['pane', `${workspace}/${field}`, text];
      }
      for (const [key, machine] of desk.takeDirtyMachines()) {
        yield machinePut(workspace, key, machine);
      }
    }
    this.#dirty.clear();
  }

  #restoreField(space: Put[0], field: string, text: string): void {
    const slash = field.indexOf('/');
    const workspace = field.slice(0, slash);
    const name = field.slice(slash + 1);
    const desk = this.#desk(workspace);
    if (space === 'pane') desk.feeds.restore(name, text);
    else if (space === 'rule') desk.restoreMachine(name, JSON.parse(text) as Machine);
    else if (name === 'config') desk.document = text;
    else if (name === 'segments') desk.restoreSegments(text);
    else if (name === 'end') desk.end = Number(text);
  }
}

function* deskPuts(desk: Desk, segments: string | null): Iterable<Put> {
  if (desk.document !== '') yield ['dir', `${desk.workspace}/config`, desk.document];
  yield ['dir', `${desk.workspace}/end`, String(desk.end)];
  if (segments !== null) yield ['dir', `${desk.workspace}/segments`, segments];
}

function machinePut(workspace: string, key: string, machine: Machine | null): Put {
  return ['rule', `${workspace}/${key}`, machine === null ? null : canonicalJson(machine)];
}

const refused = (reason: string): Verdict => ({ kind: 'quarantine', reason });

function judgeConfig(document: string): Verdict {
  try {
    const config = JSON.parse(document) as { tree?: { nodes?: unknown } };
    return Array.isArray(config.tree?.nodes) ? { kind: 'ok' } : refused('bad_config');
  } catch {
    return refused('bad_config');
  }
}

function judgeRun(run: SampleRun, end: number): Verdict {
  const { from, to, series, y, n, flags } = run;
  const isAligned = from % STEP_MS === 0 && to % STEP_MS === 0;
  if (!isAligned || to <= from || to - from > RUN_MS_MAX) return refused('bad_run');
  if (series.length > SERIES_MAX) return refused('too_many_series');
  if ([y, n, flags].some((column) => column.length !== series.length)) return refused('bad_run');
  return from < end ? refused('out_of_order') : { kind: 'ok' };
}
