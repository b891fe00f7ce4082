/** A writer to be killed: appends and commits as fast as it can, and prints what was acknowledged. */
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createSqlite } from '@sapwood/runtime/sqlite';

const scope = { fold: 'facts', topology: 1, partition: 0 };
const topics = [{ name: 'kept', retention: 'delete' }] as const;

async function main(file: string): Promise<void> {
  const { log, store } = createSqlite({ file, clock: createSystemClock(), topics });
  const fresh = { own: 'w', off: 0, tail: '', cid: '', code: 'v1', T: 0 };
  await store.bootstrap(scope, fresh, []);
  const claimed = await store.claim(scope, 'w', 'v1');
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  for (let off = claimed.meta.off; ; off++) {
    const outcome = await log.append('kept', 0, [{ key: 'k', value: Buffer.from(String(off)) }]);
    if (outcome.kind !== 'durable') throw new Error(outcome.kind);
    const step = { ...fresh, expected: off, next: off + 1, cid: `${process.pid}-${off}` };
    const answer = await store.commit(scope, step, [['conv', 'n', Buffer.from(`${off + 1}`)]], []);
    if (answer !== 'OK') throw new Error(answer);
    process.stdout.write(`acked ${outcome.firstOffset}\n`);
  }
}

main(process.argv[2]!).catch((error: unknown) => {
  process.stdout.write(`refused ${(error as { code?: string }).code}\n`);
});
