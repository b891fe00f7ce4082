/** The simulated month on a real Kafka and a real Redis: services on the virtual clock, as in `webhook-stage.ts`. */
import { describe } from 'vitest';
import { monthSuite } from '../replay/month.suite.ts';
import { localEnginesOr } from '../support/engines.ts';
import { FORMS } from '../support/month/forms.ts';
import { NAMES } from '../support/month/setup.ts';
import { byWhole } from '../support/size.ts';
import { startGrounds } from './grounds.ts';

const local = await localEnginesOr('a simulated month on Kafka and Redis');

/** Each hour costs as many turns of the brokers as an event does. */
const DAYS = byWhole(2, 31);

describe.skipIf(!local)('a simulated month on Kafka and Redis', () => {
  monthSuite({
    days: DAYS,
    stage: async () => {
      const workspaces = [NAMES.workspace, FORMS];
      const grounds = await startGrounds({ partitions: 1, workspaces });
      return {
        where: ['--config', grounds.config],
        open: async () => ({ ...(await grounds.connect()), close: async () => {} }),
        clean: () => grounds.clean(),
      };
    },
  });
});
