/** The webhook path with the messages and the help desk, on a real Kafka and a real Redis. */
import { describe } from 'vitest';
import { recordedLogSuite } from '../replay/recorded-log.suite.ts';
import { localEnginesOr } from '../support/engines.ts';
import { countHelpdesk, countMessages } from '../support/independent/count-log.ts';
import { byWhole } from '../support/size.ts';
import { webhookStage } from './webhook-stage.ts';

const local = await localEnginesOr('the webhook path on Kafka and Redis');

/** Each hour costs as many turns of the brokers as an event does. */
const HOURS = byWhole(12, 14 * 24);
const CELLS_MIN = byWhole(100, 1_000);

describe.skipIf(!local)('webhook path', () => {
  recordedLogSuite({
    name: 'care messages on Kafka and Redis',
    log: 'tickets/care_messages.csv',
    mapping: 'care.yaml',
    stretch: { case: 'conversation', at: 'at', hours: HOURS },
    count: countMessages,
    stage: webhookStage,
    cellsMin: CELLS_MIN,
  });
  recordedLogSuite({
    name: 'help desk on Kafka and Redis',
    log: 'tickets/helpdesk.csv',
    mapping: 'helpdesk.yaml',
    stretch: { case: 'CaseID', at: 'CompleteTimestamp', hours: HOURS },
    count: countHelpdesk,
    stage: webhookStage,
    cellsMin: CELLS_MIN,
  });
});
