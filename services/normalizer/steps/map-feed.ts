/** A delivery of a feed: corrections (metrics.md 1.1) or costs, told apart by what they list. */
import { correctionFact, correctionsIn } from '@sapwood/pylon/corrections';
import { type MapStep, nothing, quarantined } from '../outcome.ts';
import { createMapCostStep, type MapCostDeps } from './map-cost.ts';

export function createMapFeedStep(deps: MapCostDeps): MapStep {
  const { workspace } = deps;
  const mapCost = createMapCostStep(deps);
  return function mapFeedStep(record, src) {
    const read = record.delivery && correctionsIn(record.delivery.raw);
    if (!read) return mapCost(record, src);
    if (!read.ok) {
      const [{ path, message } = { path: '', message: '' }] = read.errors;
      return quarantined(workspace, src, 'correction_invalid', `${path}: ${message}`);
    }
    const { receivedAt } = record.delivery!;
    const facts = read.corrections.map((one) =>
      correctionFact(workspace, one, { receivedAt, src }),
    );
    return { ...nothing(workspace, src), facts };
  };
}
