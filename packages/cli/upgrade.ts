/**
 * What else begins anew when the fold over facts does. Its samples leave again from the first one,
 * numbered from the first: a detector that went on would take them for ones it has seen.
 */
import { TOPICS } from '@sapwood/contracts/topics';
import { DETECT_FOLD_CODE } from '@sapwood/core/detect-fold';
import { FACT_FOLD_CODE } from '@sapwood/core/fold';
import { DETECTOR_FOLD } from '@sapwood/detector/app';
import type { EventLog, StateStore } from '@sapwood/runtime/ports';

/** No fold has it: a state of this code is replaced, whoever wrote it. */
const NO_CODE = 'none';

/**
 * Before the folds start, and where one process owns the store. What the version before sampled is
 * dropped: all of it leaves again. A crash in between: it is done again.
 */
export async function renewDetector(
  log: EventLog,
  store: StateStore,
  topology: number,
): Promise<void> {
  const { name } = TOPICS.samples;
  const partitions = await log.partitions(TOPICS.facts.name);
  for (let partition = 0; partition < partitions; partition++) {
    const facts = await store.meta({ fold: 'facts', topology, partition });
    if (!facts || facts.code === FACT_FOLD_CODE) continue;
    const { high } = await log.bounds(name, partition);
    await log.trim(name, partition, high);
    const scope = { fold: DETECTOR_FOLD, topology, partition };
    const meta = { own: '', off: high, tail: '', cid: '', T: 0 };
    await store.bootstrap(scope, { ...meta, code: NO_CODE }, []);
    await store.bootstrap(scope, { ...meta, code: DETECT_FOLD_CODE }, []);
  }
}
