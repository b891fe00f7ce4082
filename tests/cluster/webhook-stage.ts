/**
 * The whole path in this process on Kafka and Redis. Two clocks: services live on the virtual one, as
 * in any replay; adapters and the libraries under them wait for real brokers in real time. Virtual time
 * stands still until everything that was asked of the brokers is answered, so no service ever sees how
 * long that took: what a limit or a retry does when brokers are slow is not tried here.
 */
import { replayOn } from '../../packages/cli/commands/replay.ts';
import type { Stage } from '../replay/recorded-log.suite.ts';
import type { Workshop } from '../support/process.ts';
import { startGrounds } from './grounds.ts';

/** Of every replay. */
const WORKSPACE = 'replay';

export async function webhookStage(workshop: Workshop): Promise<Stage> {
  const grounds = await startGrounds({ partitions: 1, workspaces: [WORKSPACE] });
  const open = async () => {
    const { log, store } = await grounds.connect();
    return { log, store, close: async () => {} };
  };
  return {
    where: ['--config', grounds.config],
    clean: () => grounds.clean(),
    play: async ({ file, rules, rows }) => {
      const limit = rows === undefined ? {} : { limit: rows };
      const options = { mapping: rules, data: workshop.folder(), ...limit };
      const played = await replayOn(open, file, options);
      console.log(JSON.stringify(played));
      return played;
    },
  };
}
