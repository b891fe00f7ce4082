/**
 * More of the table of faults on a real Kafka and Redis, judged by an accountant outside the services.
 * `npm run test:chaos -- --engine kafka --ci` has all of it, and larger.
 */
import { describe, it } from 'vitest';
import { holds } from '../chaos/holds.ts';
import { brokers } from '../chaos/kafka/scenarios/brokers.ts';
import { lostLog } from '../chaos/kafka/scenarios/lost-log.ts';
import { redisKilled } from '../chaos/kafka/scenarios/redis-deaths.ts';
import { refusals } from '../chaos/kafka/scenarios/refusals.ts';

const LIMIT_MS = 600_000;

describe('faults on Kafka and Redis, judged by an accountant outside the services', () => {
  it(
    'F8 K-50 one of three brokers killed under load, and back on another address',
    ({ skip }) => holds(brokers, skip),
    LIMIT_MS,
  );
  it(
    'F11 K-50 kill -9 of Redis loses and doubles nothing',
    ({ skip }) => holds(redisKilled, skip),
    LIMIT_MS,
  );
  it(
    'F15 K-51 a store that refuses every write, or fails within one, leaves nothing partial',
    ({ skip }) => holds(refusals, skip),
    LIMIT_MS,
  );
  it(
    'F20 I11 K-52 a log that is not the one that was folded stops, and changes no value',
    ({ skip }) => holds(lostLog, skip),
    LIMIT_MS,
  );
});
