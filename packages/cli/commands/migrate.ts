/** `sapwood migrate`: an embedded store to Kafka and Redis, once, with nothing running on either. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createSqlite } from '@sapwood/runtime/sqlite';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { LoadedConfig } from '@sapwood/service-kit/config';
import { connectEngine, requireTopics } from '../distributed/connect.ts';
import { SERVICES } from '../distributed/services.ts';
import { UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { type Migrated, migrate as migrateStore } from '../migrate/migrate.ts';
import { STORE_FILE } from './shared.ts';

export interface MigrateOptions {
  readonly data: string;
  readonly config: string;
}

const KEY = 'workspace-key';

/** Throws `UserError` with what stands in the way; the same call again goes on. */
export async function migrate(options: MigrateOptions): Promise<void> {
  const file = join(options.data, STORE_FILE);
  if (!existsSync(file)) throw new UserError(`${file}: there is no store here; give --data DIR.`);
  const loaded = loadedConfig({ file: options.config });
  requireKey(options.data, loaded);
  const clock = createSystemClock({});
  // Not read-only: the lock keeps `start` away until everything is copied.
  const from = createSqlite({ file, clock });
  try {
    const ports = { clock, rng: createSystemRng(), telemetry: talk };
    const to = await connectEngine(loaded, { ...ports, clientId: 'sapwood-migrate' });
    try {
      await requireTopics(to.log, loaded);
      const { config } = loaded;
      tell(await migrateStore({ from, to, config, ...ports, say: console.error }), options);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Pseudonyms of people are made with it: another one would make everybody new. */
function requireKey(data: string, { config }: LoadedConfig): void {
  const [old, next] = [join(data, KEY), join(config.data, KEY)];
  if (!existsSync(old)) return;
  if (existsSync(next) && textOf(next) === textOf(old)) return;
  throw new UserError(
    `${next} has to be the key of the store, or every person would be a new one: copy ${old} there.`,
  );
}

const textOf = (file: string): string => readFileSync(file, 'utf8').trim();

const talk: Telemetry = (event) => {
  if (event.type === 'RebuildProgress') {
    const { off, high } = event;
    console.error(`state: ${off.toLocaleString('en-GB')} of ${high.toLocaleString('en-GB')} facts`);
  } else if (event.type === 'Notice' && event.level !== 'debug') console.error(event.text);
};

function tell({ copied, state }: Migrated, { data, config }: MigrateOptions): void {
  for (const { topic, records, bytes } of copied) {
    console.log(
      `${topic}: ${records.toLocaleString('en-GB')} records, ${bytes.toLocaleString('en-GB')} bytes`,
    );
  }
  if (state.kind === 'same') {
    const fields = state.fields.toLocaleString('en-GB');
    console.log(`state: ${fields} fields, the same as in ${data}`);
  } else console.log(`state: rebuilt, not compared with the one in ${data}: ${state.why}`);
  const names = Object.keys(SERVICES).join(', ');
  console.log(`Next: sapwood service NAME --config ${config}, for each of ${names};`);
  console.log(
    `      then sapwood verify --config ${config}. Keep ${data}, and start nothing there.`,
  );
}
