/** Each service killed on a real Kafka and Redis, judged by an accountant outside them (K-2 is the smaller one). */
import { describe, it } from 'vitest';
import { holds } from '../chaos/holds.ts';
import { killsOfEach } from '../chaos/kafka/scenarios/kills.ts';

const LIMIT_MS = 300_000;

describe('faults on Kafka and Redis, judged by an accountant outside the services', () => {
  it(
    'F1 F2 F3 F4 K-50 kill -9 of each service under load loses and doubles nothing',
    ({ skip }) => holds(killsOfEach, skip),
    LIMIT_MS,
  );
});
