/** What runs for one source: its mapping, and with a token its reads, scans and vocabulary. */
import type { Label } from '@sapwood/contracts/label';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Source, StateCategory } from '@sapwood/core/facts';
import { createPseudonym, DEFAULT_STATUSES, type FactContext } from '@sapwood/pylon/facts';
import type { AppendOutcome, Clock, Idle, StateStore } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { NormalizerLimits, SourceConfig } from './config.ts';
import type { Memory } from './memory.ts';
import { loadPosition, mayLag, owedRecords, savePosition } from './position.ts';
import { type Lane, labelRecord, quarantineRecord } from './raw-reader.ts';
import { createReporter, type SourceReport } from './report.ts';
import type { Sink } from './sink.ts';
import { createDirectory, type Directory } from './steps/directory.ts';
import { BACKLOG_HIGH, createHydrator, type Hydrator } from './steps/hydrate.ts';
import { createMapDeliveryStep } from './steps/map-delivery.ts';
import { createReconciler, type Reconciler } from './steps/reconcile.ts';

export interface SourceDeps {
  readonly source: SourceConfig;
  /** Of the raw log. */
  readonly epoch: number;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly memory: Memory;
  readonly limits: NormalizerLimits;
  readonly appendFacts: (facts: readonly DraftFact[]) => Promise<AppendOutcome>;
  readonly labels: Sink;
  readonly dlq: Sink;
  readonly signal: AbortSignal;
}

export interface SourceRuntime extends Idle {
  readonly lane: Lane;
  report(): SourceReport;
  /** The reads and scans; resolves at once for a source without a token. */
  run(): Promise<void>;
}

/** Two searches a scan, within ten a minute. */
const BUSY_SCAN_MS = 15_000;

interface Reading {
  readonly hydrator: Hydrator;
  readonly reconciler: Reconciler;
  readonly directory: Directory;
}

/** Names already written: a label is appended when it is new or differs. */
function createLabeller(deps: SourceDeps): (labels: readonly Label[]) => void {
  const written = new Map<string, string>();
  return (labels) => {
    const fresh = labels.filter((label) => {
      const key = `${label.kind}/${label.id}`;
      if (written.get(key) === label.name) return false;
      written.set(key, label.name);
      return true;
    });
    void deps.labels.append(deps.source.workspace, fresh.map(labelRecord), deps.signal);
  };
}

/** Resumes a source where its record says, or at `low` for a new one. */
export async function createSourceRuntime(deps: SourceDeps, low: number): Promise<SourceRuntime> {
  const { source, epoch, store, clock, telemetry, memory, limits, signal } = deps;
  const position = await loadPosition(store, source.id);
  const statuses = new Map<string, StateCategory>([
    ...DEFAULT_STATUSES,
    ...Object.entries(source.statuses),
  ]);
  const context: FactContext = {
    workspace: source.workspace,
    statuses,
    roster: source.roster,
    priorityField: source.priorityField,
    categoryField: source.categoryField,
    messages: source.messages,
    pseudonym: createPseudonym(source.workspaceKey),
  };
  const label = createLabeller(deps);
  const reporter = createReporter(source.id);
  let reconciledAt = position?.reconciledAt ?? null;
  // Until the first scan has ended there is something left to do.
  let scanning = source.client !== null;

  const append = async (facts: readonly DraftFact[]): Promise<boolean> =>
    (await deps.appendFacts(facts)).kind === 'durable';

  const lane: Lane = {
    id: source.id,
    workspace: source.workspace,
    destinations: new Set(source.destinations),
    map: createMapDeliveryStep({ source, context, memory, reporter }),
    next: position?.next ?? low,
    done: ({ debt, labels }) => {
      label(labels);
      if (debt) reading?.hydrator.owe(debt);
    },
    save: () =>
      savePosition(store, source.id, {
        epoch,
        next: lane.next,
        owed: (reading?.hydrator.owed() ?? []).flatMap(owedRecords),
        reconciledAt,
        costs: [],
      }),
  };

  function createReading(client: NonNullable<SourceConfig['client']>): Reading {
    const directory = createDirectory({
      workspace: source.workspace,
      client,
      clock,
      statuses,
      declared: source.statuses,
      label,
      everyMs: limits.directoryEveryMs,
    });
    const shared = {
      source,
      client,
      context,
      memory,
      clock,
      epoch,
      append,
      consumed: () => lane.next - 1,
    };
    const hydrator = createHydrator({
      ...shared,
      telemetry,
      owedMax: limits.owedMax,
      label,
      onUnknownStatus: () => directory.statusesStale(),
      quarantine: (src, reason, detail) => {
        telemetry({ type: 'RawQuarantined', reason, offset: src.offset });
        const record = quarantineRecord(source.workspace, src, reason, detail, clock.now());
        return deps.dlq.append(source.workspace, [record], signal);
      },
    });
    const reconciler = createReconciler({
      ...shared,
      request: (issueId) => hydrator.request(issueId),
      covered: (issueId, through, moved) => hydrator.covered(issueId, through, moved),
      overlapMs: limits.reconcileOverlapMs,
      backfillMs: limits.backfillMs,
    });
    return { hydrator, reconciler, directory };
  }
  const reading = source.client === null ? null : createReading(source.client);
  for (const owed of position?.owed ?? []) {
    for (const offset of owed.offsets) {
      const src: Source = {
        topic: TOPICS.rawPylon.name,
        partition: owed.partition,
        epoch: owed.epoch ?? 0,
        offset,
      };
      reading?.hydrator.owe({ ref: owed.ref, src, messages: owed.messages });
    }
    if (owed.offsets.length === 0) reading?.hydrator.request(owed.ref);
  }

  const everyMs = source.destinations.length === 0 ? limits.pollEveryMs : limits.reconcileEveryMs;

  /** Until the next scan: sooner where reads cannot keep up, since one search answers 999 of them. */
  async function pauseBetweenScans({ hydrator }: Reading): Promise<void> {
    const pauseMs = Math.min(everyMs, limits.directoryEveryMs);
    const until = clock.monotonic() + pauseMs;
    const soonest = clock.monotonic() + BUSY_SCAN_MS;
    for (let now = clock.monotonic(); now < until && !signal.aborted; now = clock.monotonic()) {
      if (now >= soonest && hydrator.backlog() > BACKLOG_HIGH) return;
      await clock.sleep(Math.min(BUSY_SCAN_MS, until - now), signal);
    }
  }

  async function scanLoop(parts: Reading): Promise<void> {
    while (!signal.aborted) {
      scanning = true;
      await parts.directory.refresh();
      // A replay reads what its webhooks tell, and nothing is lost on the way.
      if (Number.isFinite(everyMs)) {
        reconciledAt = (await parts.reconciler.scan(reconciledAt)) ?? reconciledAt;
      }
      await lane.save().catch(mayLag);
      scanning = false;
      await pauseBetweenScans(parts);
    }
  }

  return {
    name: `source ${source.id}`,
    lane,
    report: reporter.report,
    idle: () => !scanning && (reading === null || reading.hydrator.idle()),
    async run() {
      if (reading) await Promise.all([reading.hydrator.run(signal), scanLoop(reading)]);
    },
  };
}
