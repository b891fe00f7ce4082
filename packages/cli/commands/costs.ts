/** `sapwood costs import` and `costs list`: what the desk costs, as a sheet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@sapwood/service-kit/config';
import { feedOf } from '../costs/feed.ts';
import { sendCosts } from '../costs/send.ts';
import { readSheet, writeSheet } from '../costs/sheet.ts';
import { ToldCosts, toldCosts } from '../costs/told.ts';
import { UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { readText } from '../read-text.ts';
import { chooseWorkspace, print, STORE_FILE, withEngine } from './shared.ts';

export interface ImportOptions {
  readonly check?: boolean;
  readonly config?: string;
  readonly data?: string;
  readonly key?: string;
  readonly workspace?: string;
  readonly url?: string;
}

const FAULTS_MAX = 100;

export async function importSheet(file: string, options: ImportOptions): Promise<void> {
  const { config, file: configFile } = loadedConfig({
    file: options.config ?? null,
    flags: options.data === undefined ? {} : { data: options.data },
  });
  const feed = feedOf(config, options.key);
  const sheet = readSheet(readText(file), { file, zone: feed.zone });
  if (!sheet.ok) throw faulty(sheet.faults);
  const told = await toldOf(
    config,
    configFile,
    (ids) => feed.workspace ?? chooseWorkspace(ids, options.workspace),
  );
  const { news, faults } = told.compare(sheet.entries);
  if (faults.length > 0) throw faulty(faults);
  if (!options.check) {
    const url = options.url ?? `http://${config.http.host}:${config.http.port}/v1/costs`;
    await sendCosts(news, { url, key: feed.key() });
  }
  console.error(`${file}: ${summary(news.length, sheet.entries.length, options.check === true)}`);
}

function summary(news: number, all: number, isCheck: boolean): string {
  if (isCheck) return `no mistakes found. ${news} of ${all} entries are new.`;
  const known = all > news ? `; ${all - news} were told before` : '';
  return `${news} of ${all} entries are told${known}.`;
}

function faulty(faults: readonly string[]): UserError {
  const shown = faults.slice(0, FAULTS_MAX);
  const more = faults.length - shown.length;
  const rest = more > 0 ? [`and ${more} more.`] : [];
  return new UserError([...shown, ...rest, 'Nothing was imported.'].join('\n'));
}

/** What was told before; nothing where no store is at hand, and that is said. */
async function toldOf(
  { kafka, data }: Config,
  config: string | null,
  choose: (ids: readonly string[]) => string,
): Promise<ToldCosts> {
  const isDistributed = kafka !== null && config !== null;
  if (!isDistributed && !existsSync(join(data, STORE_FILE))) {
    console.error(`There is no store in ${data}: not compared with what was told before.`);
    return new ToldCosts();
  }
  const engine = isDistributed ? { data, config } : { data };
  return withEngine(engine, async (partitions) => {
    const told = await toldCosts(partitions);
    if (told.size === 0) return new ToldCosts();
    return told.get(choose([...told.keys()])) ?? new ToldCosts();
  });
}

export interface ListOptions {
  readonly data: string;
  readonly config?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export async function list(options: ListOptions): Promise<void> {
  await withEngine(options, async (partitions) => {
    const told = await toldCosts(partitions);
    const id = chooseWorkspace([...told.keys()], options.workspace);
    const entries = told.get(id)!.inForce();
    if (options.json) print(entries, true);
    else process.stdout.write(writeSheet(entries));
  });
}
