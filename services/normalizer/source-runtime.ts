/** What runs for one source: its mapping, and with a token its reads, scans and vocabulary. */
import type { Label } from '@sapwood/contracts/label';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Source, StateCategory } from '@sapwood/core/facts';
import { createPseudonym, DEFAULT_STATUSES, type FactContext } from '@sapwood/pylon/facts';
import type { Idle } from '@sapwood/runtime/ports';
import type { SourceConfig } from './config.ts';
import { loadPosition, owedRecords, savePosition } from './position.ts';
import { type Lane, labelRecord } from './raw-reader.ts';
import { createReading, type Reading, type Scans } from './reading.ts';
import { createReporter, type SourceReport } from './report.ts';
import type { SourceDeps } from './source-deps.ts';
import { createMapDeliveryStep } from './steps/map-delivery.ts';
import { loadWritten } from './written.ts';

export interface SourceRuntime extends Idle {
  readonly lane: Lane;
  report(): SourceReport;
  /** The reads and scans; resolves at once for a source without a token. */
  run(): Promise<void>;
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
  const { source, epoch, store, memory } = deps;
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
  const scans: Scans = {
    reconciledAt: position?.reconciledAt ?? null,
    deepAt: position?.deepAt,
    sweptAt: position?.sweptAt,
  };

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
        ...scans,
        costs: [],
      }),
  };

  async function readingOf(client: NonNullable<SourceConfig['client']>): Promise<Reading> {
    const written = await loadWritten(store, source.id);
    const consumed = (): number => lane.next - 1;
    const save = async (): Promise<void> => {
      await lane.save();
      await written.save();
    };
    return createReading({
      ...{ ...deps, client, context, statuses, written, scans, label, consumed, save },
    });
  }
  const reading = source.client === null ? null : await readingOf(source.client);
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

  return {
    name: `source ${source.id}`,
    lane,
    report: reporter.report,
    idle: () => reading === null || reading.idle(),
    async run() {
      await reading?.run();
    },
  };
}
