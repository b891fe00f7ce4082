/**
 * What is read over REST for one source: the directory, what deliveries owe, scans, and the longer
 * looks back. Each is a loop of its own; they share the client's budget, and one record.
 */
import type { Label } from '@sapwood/contracts/label';
import type { DraftFact, StateCategory } from '@sapwood/core/facts';
import { NO_ACCOUNT_FIELDS } from '@sapwood/pylon/directory-facts';
import type { FactContext } from '@sapwood/pylon/facts';
import type { SourceConfig } from './config.ts';
import { createLoop, type Loop } from './loop.ts';
import { mayLag } from './position.ts';
import { quarantineRecord } from './raw-reader.ts';
import type { SourceDeps } from './source-deps.ts';
import { absentIssues } from './steps/absent.ts';
import { createDirectory } from './steps/directory.ts';
import { createHydrator, type Hydrator } from './steps/hydrate.ts';
import { BACKLOG_HIGH } from './steps/owed.ts';
import { createReconciler } from './steps/reconcile.ts';
import type { Written } from './written.ts';

/** How far the scans have come, epoch ms; part of the source's record (`position.ts`). */
export interface Scans {
  reconciledAt: number | null;
  deepAt: number | undefined;
  sweptAt: number | undefined;
}

export interface ReadingDeps extends SourceDeps {
  readonly client: NonNullable<SourceConfig['client']>;
  readonly context: FactContext;
  readonly statuses: Map<string, StateCategory>;
  readonly written: Written;
  /** Changed in place. */
  readonly scans: Scans;
  readonly label: (labels: readonly Label[]) => void;
  readonly consumed: () => number;
  readonly save: () => Promise<void>;
}

export interface Reading {
  readonly hydrator: Hydrator;
  idle(): boolean;
  run(): Promise<void>;
}

/** Two searches a scan, within ten a minute. */
const BUSY_SCAN_MS = 15_000;
/** After a longer look that was refused or not kept. */
const AGAIN_MS = 600_000;

export function createReading(deps: ReadingDeps): Reading {
  const { source, client, context, memory, clock, telemetry, limits, signal, scans } = deps;
  const append = async (facts: readonly DraftFact[]): Promise<boolean> =>
    (await deps.appendFacts(facts)).kind === 'durable';
  const loop = (name: string): Loop => createLoop(`${name} ${source.id}`, clock, signal);
  const loops = { directory: loop('directory'), scan: loop('scan'), deep: loop('deep') };

  const directory = createDirectory({
    ...{ client, clock, append, label: deps.label, statuses: deps.statuses },
    context: {
      ...context,
      accountFields: source.accountFields ?? NO_ACCOUNT_FIELDS,
    },
    declared: source.statuses,
    written: deps.written,
    reread: (issueId) => hydrator.request(issueId),
    everyMs: limits.directoryEveryMs,
    contactsEveryMs: limits.contactsEveryMs,
    onReady: () => loops.scan.wake(),
    loop: loops.directory,
  });
  const shared = {
    ...{ source, client, context, memory, clock, append, epoch: deps.epoch },
    ...{ consumed: deps.consumed, seen: directory.seen },
  };
  const hydrator = createHydrator({
    ...shared,
    telemetry,
    owedMax: limits.owedMax,
    label: deps.label,
    onBacklog: () => loops.scan.wake(),
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

  const everyMs = source.destinations.length === 0 ? limits.pollEveryMs : limits.reconcileEveryMs;
  let saving: Promise<void> = Promise.resolve();
  /** One after the other: the loops share the record. */
  const save = (): Promise<void> => {
    saving = saving.then(deps.save).catch(mayLag);
    return saving;
  };

  async function directoryTurn(): Promise<number> {
    const ms = await directory.turn();
    await save();
    return ms;
  }

  let scannedAt = Number.NEGATIVE_INFINITY;
  /** A scan when it is time; sooner where reads cannot keep up, since one search answers 999 of them. */
  async function scanTurn(): Promise<number> {
    if (!directory.isReady()) return BUSY_SCAN_MS;
    const pauseMs = hydrator.backlog() > BACKLOG_HIGH ? Math.min(everyMs, BUSY_SCAN_MS) : everyMs;
    const restMs = scannedAt + pauseMs - clock.monotonic();
    if (restMs > 0) return restMs;
    scannedAt = clock.monotonic();
    scans.reconciledAt =
      (await reconciler.scan(scans.reconciledAt, loops.scan)) ?? scans.reconciledAt;
    await save();
    return 0;
  }

  async function lookDeep(): Promise<boolean> {
    const begun = clock.now();
    if (!(await reconciler.deepScan(begun - limits.deepMs, loops.deep))) return false;
    scans.deepAt = begun;
    return true;
  }

  async function lookForDeleted(): Promise<boolean> {
    const begun = clock.now();
    const swept = await reconciler.sweep(loops.deep);
    if (swept === null) return false;
    const { log } = deps;
    const absent = await absentIssues({ log, workspace: source.workspace, swept, signal });
    for (const issueId of absent) hydrator.suspect(issueId);
    scans.sweptAt = begun;
    return true;
  }

  /** The first scan covers what both would: they begin to count from there. */
  async function deepTurn(): Promise<number> {
    if (scans.reconciledAt === null) return BUSY_SCAN_MS;
    scans.deepAt ??= clock.now();
    scans.sweptAt ??= clock.now();
    const isDue = (at: number, every: number): boolean => clock.now() - at >= every;
    let isDone = true;
    if (isDue(scans.deepAt, limits.deepEveryMs)) isDone = await lookDeep();
    // In a workspace of several sources nobody could say whose issue it is that is absent.
    if (!deps.isShared && isDue(scans.sweptAt, limits.sweepEveryMs)) {
      isDone = (await lookForDeleted()) && isDone;
    }
    await save();
    if (!isDone) return AGAIN_MS;
    return Math.max(0, scans.deepAt + limits.deepEveryMs - clock.now());
  }

  return {
    hydrator,
    idle: () => hydrator.idle() && Object.values(loops).every((one) => one.idle()),
    async run() {
      // A replay reads what its webhooks tell, and nothing is lost on the way.
      const scanning = Number.isFinite(everyMs)
        ? [loops.scan.run(scanTurn), loops.deep.run(deepTurn)]
        : [loops.scan.run(never), loops.deep.run(never)];
      await Promise.all([hydrator.run(signal), loops.directory.run(directoryTurn), ...scanning]);
    },
  };
}

const never = async (): Promise<number> => Number.POSITIVE_INFINITY;
