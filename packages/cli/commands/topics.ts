/** `sapwood topics plan|apply|check|register`: the topics of the registry against those of a cluster. */
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafkaAdmin, type KafkaAdmin, settingsOf } from '@sapwood/runtime/kafka/admin';
import type { LoadedConfig } from '@sapwood/service-kit/config';
import { connectionOf, engineConfig, unreachable } from '../distributed/connect.ts';
import { RegistryError, registerSchemas } from '../distributed/register.ts';
import {
  differencesOf,
  durabilityOf,
  REGISTRY,
  type TopicDifference,
  tellDifference,
  together,
} from '../distributed/topic-plan.ts';
import { EXIT, UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { readText } from '../read-text.ts';

export interface TopicsOptions {
  readonly config?: string;
}

/** Prints what `apply` would do, and what it cannot. */
export async function plan(options: TopicsOptions): Promise<void> {
  await withAdmin(options, async (admin, loaded) => {
    const differences = await compare(admin, loaded);
    if (differences.length === 0) console.error('Nothing to do: every topic is as it should be.');
    tell(differences, loaded);
  });
}

/** Makes what is missing and sets what differs; exits with 4 if something is left. */
export async function apply(options: TopicsOptions): Promise<void> {
  await withAdmin(options, async (admin, loaded) => {
    await applyTopics(admin, loaded);
    const left = await compare(admin, loaded);
    tell(left, loaded);
    if (left.length > 0) throw new UserError(sentence(left), EXIT.difference);
    console.error('Every topic is as it should be.');
  });
}

/** Exits with 4 and a line for each thing that is wrong. */
export async function check(options: TopicsOptions): Promise<void> {
  await withAdmin(options, async (admin, loaded) => {
    const differences = await compare(admin, loaded);
    tell(differences, loaded);
    if (differences.length > 0) throw new UserError(sentence(differences), EXIT.difference);
    console.error('Every topic is as it should be.');
  });
}

async function applyTopics(admin: KafkaAdmin, loaded: LoadedConfig): Promise<void> {
  const { kafka } = engineConfig(loaded);
  const durability = durabilityOf(kafka);
  try {
    await admin.create(REGISTRY, kafka.partitions, durability);
  } catch (error) {
    const said = (error as Error).message.replace(/\.$/, '');
    const brokers = await admin.brokers().then(
      ({ length }) => length,
      () => kafka.replicas,
    );
    const place = loaded.place(['kafka', 'replicas']);
    const remedy =
      brokers < kafka.replicas
        ? `${place} kafka.replicas is ${kafka.replicas}, but there are only ${brokers} brokers.`
        : 'Run the same again: it makes what is still missing.';
    throw new UserError(`The topics were not made: ${said}. ${remedy}`, EXIT.unreachable);
  }
  for (const topic of REGISTRY) {
    const found = await admin.topic(topic.name);
    const differs = differencesOf(topic, found, kafka).some(({ kind }) => kind === 'setting');
    if (found && differs) await admin.alter(found, settingsOf(topic, durability));
  }
}

async function compare(admin: KafkaAdmin, loaded: LoadedConfig): Promise<TopicDifference[]> {
  const { kafka } = engineConfig(loaded);
  const differences: TopicDifference[] = [];
  for (const topic of REGISTRY) {
    differences.push(...differencesOf(topic, await admin.topic(topic.name), kafka));
  }
  return differences;
}

function tell(differences: readonly TopicDifference[], { place }: LoadedConfig): void {
  for (const difference of together(differences)) console.log(tellDifference(difference, place));
}

function sentence(differences: readonly TopicDifference[]): string {
  const mends = differences.every(({ kind }) => kind === 'missing' || kind === 'setting');
  const remedy = mends ? '"sapwood topics apply" mends them' : 'the lines with "!" need a decision';
  return `${differences.length} differences; ${remedy}.`;
}

async function withAdmin(
  { config }: TopicsOptions,
  work: (admin: KafkaAdmin, loaded: LoadedConfig) => Promise<void>,
): Promise<void> {
  const loaded = loadedConfig({ file: config ?? null });
  const { kafka } = engineConfig(loaded);
  const connection = connectionOf(kafka, 'sapwood-topics');
  const ports = { clock: createSystemClock({}), rng: createSystemRng(), telemetry: () => {} };
  const admin = await createKafkaAdmin({ connection, ...ports }).catch((error: unknown) => {
    throw unreachable(error, loaded.place(['kafka', 'brokers']));
  });
  try {
    await work(admin, loaded);
  } finally {
    await admin.close();
  }
}

export interface RegisterOptions {
  readonly url: string;
  readonly authFile?: string;
}

/** Uploads the schemas; prints a line for each. */
export async function register({ url, authFile }: RegisterOptions): Promise<void> {
  const address = URL.parse(url);
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new UserError(`"${url}" is not an address such as https://registry.example:8081.`);
  }
  if (address.username !== '' || address.password !== '') {
    throw new UserError('Put the name and password into --auth-file: addresses are shown.');
  }
  const authorization = authFile === undefined ? null : readText(authFile).trim();
  try {
    const done = await registerSchemas({ url: url.replace(/\/+$/, ''), authorization, fetch });
    for (const { subject, version, id, how } of done) {
      console.log(`${how === 'there' ? '=' : '+'} ${subject} version ${version} id ${id}`);
    }
  } catch (error) {
    if (error instanceof RegistryError) throw new UserError(error.message, EXIT.difference);
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new UserError(`${url} cannot be reached: ${cause?.code ?? message}.`, EXIT.unreachable);
  }
}
