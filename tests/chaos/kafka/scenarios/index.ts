/** Every scenario on Kafka and Redis, in the order of the table of faults. */
import type { Scenario } from '../../scenario.ts';
import { brokers } from './brokers.ts';
import { disorder } from './disorder.ts';
import { drains } from './drains.ts';
import { gatewayDeaths } from './gateway-deaths.ts';
import { killsOfFolds, killsOfIngest, killsOfNormalizer } from './kills.ts';
import { lostLog, lostUnderFoot } from './lost-log.ts';
import { redisAged, redisEmptied, redisKilled } from './redis-deaths.ts';
import { refusals } from './refusals.ts';
import { stops } from './stops.ts';

export const KAFKA_SCENARIOS: readonly Scenario[] = [
  killsOfIngest,
  killsOfNormalizer,
  killsOfFolds,
  gatewayDeaths,
  stops,
  drains,
  brokers,
  redisKilled,
  redisAged,
  redisEmptied,
  refusals,
  lostLog,
  disorder,
];
/** Run only when named: what is known to fail. */
export const KAFKA_BY_HAND: readonly Scenario[] = [lostUnderFoot];
