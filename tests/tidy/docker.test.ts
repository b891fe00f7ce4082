/** The image and the compose file, against what the services, the configuration and `doctor` say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsOf } from '@sapwood/runtime/kafka/admin';
import { DEFAULT_CONFIG_FILE, type LoadedConfig, loadConfig } from '@sapwood/service-kit/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SERVICES } from '../../packages/cli/distributed/services.ts';
import { durabilityOf, REGISTRY } from '../../packages/cli/distributed/topic-plan.ts';
import { judgeBrokers, judgeRedis } from '../../packages/cli/doctor/engines.ts';
import { type Instruction, ignoredBy, instructionsOf } from './dockerfile.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const dockerfile = instructionsOf(textOf('deploy/docker/Dockerfile'));
const isIgnored = ignoredBy(textOf('.dockerignore'));
const root = JSON.parse(textOf('package.json')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy: { readonly resources: { readonly limits: { cpus: string; memory: string } } };
  readonly [key: string]: unknown;
}
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}
const compose = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
const all = Object.entries(compose.services);
/** Those that run our image. */
const ours = all.filter(([, { build }]) => build !== undefined);

/** Instructions of the stage that is the image. */
const last = dockerfile.slice(dockerfile.findLastIndex(({ name }) => name === 'FROM'));
const of = (name: string, among: readonly Instruction[] = last): string[] =>
  among.filter((instruction) => instruction.name === name).map(({ text }) => text);
const only = (name: string): string => {
  const found = of(name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};

/** As the service's process would load it: secrets are there if compose mounts them. */
function loadedBy({ environment = {}, configs = [], secrets = [], command = [] }: ComposeService) {
  const file = command[command.indexOf('--config') + 1] ?? DEFAULT_CONFIG_FILE;
  const source = configs.find(({ target }) => target === file)?.source ?? '';
  const readText = (path: string): string | null => {
    if (path === file) return textOf(compose.configs[source]!.file);
    const [, secret = ''] = /^\/run\/secrets\/(.+)$/.exec(path) ?? [];
    return secrets.includes(secret) ? `a-secret-called-${secret}` : null;
  };
  return loadConfig({ file, env: environment, folder: '/app', readText });
}
function configOf(name: string): LoadedConfig['config'] {
  const loaded = loadedBy(compose.services[name]!);
  expect(loaded.ok ? [] : loaded.errors, name).toEqual([]);
  return (loaded as LoadedConfig).config;
}

describe('image', () => {
  it('TIDY-11 one pinned Node, not root, without secrets, of sources that are there', () => {
    const bases = new Set(of('FROM', dockerfile).map((text) => text.split(' ')[0]!));
    expect(bases.size).toBe(1);
    const [version = ''] = /(?<=^node:)\d+\.\d+\.\d+(?=-)/.exec([...bases][0]!) ?? [];
    expect(version).toBe(textOf('.node-version').trim());
    expect(`>=${version}`.split('.')[0]).toBe(root.engines.node.split('.')[0]);
    expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const stages = of('FROM', dockerfile).flatMap((text) => / AS (\S+)$/.exec(text)?.[1] ?? []);
    expect(of('ADD', dockerfile)).toEqual([]);
    for (const copy of of('COPY', dockerfile)) {
      const words = copy.split(' ');
      const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      if (stage !== undefined) {
        expect(stages).toContain(stage);
        continue;
      }
      for (const source of words.slice(0, -1)) {
        expect(existsSync(join(ROOT, source)), source).toBe(true);
        expect(isIgnored(source), source).toBe(false);
      }
    }
    expect(of('RUN', dockerfile)).toContain('npm ci --omit=dev --omit=optional');
    expect(JSON.stringify([of('ENV', dockerfile), of('ARG', dockerfile)])).not.toMatch(
      /secret|password|token|_key/i,
    );
  });

  it('TIDY-11 the context has no secret, no store, no history and nothing that was built', () => {
    const out = [
      ...['.git/config', 'data/sapwood.db', 'data/workspace-key', 'node_modules/avsc/index.js'],
      ...['deploy/docker/secrets/hook-secret', 'packages/cli/node_modules/x.js', 'sapwood.yaml'],
      ...['services/wallboard/dist/index.html', 'packages/core/x.test.ts', 'tests/SPEC.md'],
      ...['packages/cli/by-hand.secret', 'services/sapwood.db', 'deploy/kafka/lib/a.jar'],
    ];
    expect(out.filter((path) => !isIgnored(path))).toEqual([]);
    const kept = ['packages/cli/main.ts', 'services/wallboard/index.html', 'tsconfig.json'];
    expect(kept.filter(isIgnored)).toEqual([]);
  });

  it('TIDY-12 ports, health and start are those of the services and scripts', () => {
    const defaults = loadConfig({ file: null, env: {}, readText: () => null });
    if (!defaults.ok) throw new Error(defaults.errors.join('\n'));
    const { http, metrics } = defaults.config;
    expect(only('EXPOSE').split(' ').map(Number)).toEqual([http.port, metrics.port]);
    const script = /node ([^"]*\.mjs)|"node", "([^"]*\.mjs)"/.exec(only('HEALTHCHECK'))!;
    const health = textOf(script[2] ?? script[1]!);
    expect(health).toContain('SAPWOOD_METRICS_PORT');
    expect(health).toContain(`'${metrics.port}'`);
    expect(health).toContain('/healthz');
    const entry = JSON.parse(only('ENTRYPOINT')) as string[];
    expect(entry.join(' ')).toBe(root.scripts['sapwood']);
    expect(existsSync(join(ROOT, entry.at(-1)!))).toBe(true);
  });
});

describe('compose', () => {
  it('TIDY-13 every service, locked down alike, every image with a tag', () => {
    const run = ours.flatMap(([name, { command = [] }]) =>
      command[0] === 'service' ? [[name, command[1]]] : [],
    );
    expect(run).toEqual(expect.arrayContaining(Object.keys(SERVICES).map((name) => [name, name])));
    expect(run).toHaveLength(Object.keys(SERVICES).length);
    for (const [name, service] of all) {
      expect(service.image, name).toMatch(/^[a-z/]+:\d+\.\d+\.\d+/);
      expect(service['cap_drop'], name).toEqual(['ALL']);
      expect(service['security_opt'], name).toEqual(['no-new-privileges:true']);
      expect(service['privileged'], name).toBeUndefined();
      const { cpus, memory } = service.deploy.resources.limits;
      expect([Number(cpus) > 0, /^\d+[MG]$/.test(memory)], name).toEqual([true, true]);
      for (const secret of service.secrets ?? []) {
        expect(compose.secrets[secret]!.file, secret).toMatch(/^deploy\/docker\/secrets\//);
      }
      for (const network of service.networks) expect(compose.networks).toHaveProperty(network);
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(compose.services).toHaveProperty(other);
      }
    }
    for (const [name, service] of ours) {
      expect(service.build, name).toEqual({ context: '.', dockerfile: 'deploy/docker/Dockerfile' });
      expect(service['read_only'], name).toBe(true);
      expect(service['tmpfs'], name).toEqual([expect.stringMatching(/^\/tmp:/)]);
      expect(service['user'], name).toBeUndefined();
      expect(service['volumes'], name).toBeUndefined();
    }
    const texts = JSON.stringify(all.map(([, { environment = {} }]) => Object.keys(environment)));
    expect(texts).not.toMatch(/(PASSWORD|SECRET|TOKEN|KEY)"/);
    expect(compose.networks['engine']).toEqual({ internal: true });
  });

  it('TIDY-13 topics are applied once, after Kafka is there and before anybody begins', () => {
    expect(compose.services['topics']!.command!.slice(0, 2)).toEqual(['topics', 'apply']);
    expect(compose.services['topics']!.depends_on).toHaveProperty('kafka.condition');
    for (const name of [...Object.keys(SERVICES), 'history']) {
      expect(compose.services[name]!.depends_on, name).toMatchObject({
        topics: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
    const withProfile = all.filter(([, service]) => service['profiles'] !== undefined);
    expect(withProfile.map(([name]) => name).sort()).toEqual(['history', 'simulator']);
  });

  it('TIDY-14 the configuration of each loads, and addresses and ports agree', () => {
    const kafka = compose.services['kafka']!.environment!;
    for (const [name, service] of ours) {
      const config = configOf(name);
      expect(kafka['KAFKA_ADVERTISED_LISTENERS'], name).toBe(
        `PLAINTEXT://${config.kafka!.brokers[0]}`,
      );
      expect(compose.services, name).toHaveProperty(new URL(config.redis!.url).hostname);
      expect(config.redis!.password, name).toBe('a-secret-called-redis-password');
      for (const port of service.ports ?? []) {
        expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
        expect(Number(port.split(':').at(-1)), name).toBe(config.http.port);
        expect(config.http, name).toMatchObject({ host: '0.0.0.0', lan: true });
      }
    }
    const published = ours.filter(([, { ports }]) => ports !== undefined).map(([name]) => name);
    expect(published).toEqual(['ingest', 'gateway']);
    const url = new URL(compose.services['simulator']!.command!.at(-1)!);
    expect([url.hostname, Number(url.port)]).toEqual(['ingest', configOf('ingest').http.port]);
    // Whoever makes pseudonyms finds the key in its data folder.
    for (const name of ['normalizer', 'history', 'simulator']) {
      expect(compose.services[name]!.secrets).toContain('workspace-key');
      expect(configOf(name).data).toBe('/run/secrets');
    }
  });

  it('TIDY-14 a variable that the configuration does not know is found', () => {
    const normalizer = compose.services['normalizer']!;
    const environment = { ...normalizer.environment, SAPWOOD_KAFKA_BROKER: 'kafka:9092' };
    const loaded = loadedBy({ ...normalizer, environment });
    expect(loaded.ok ? [] : loaded.errors).toEqual([
      expect.stringMatching(/SAPWOOD_KAFKA_BROKER is not a setting/),
    ]);
  });

  it('TIDY-15 Kafka is set as doctor and the topics demand', () => {
    const { kafka } = configOf('topics');
    const { environment = {}, image } = compose.services['kafka']!;
    const settings = new Map(
      Object.entries(environment).flatMap(([name, value]): [string, string][] => {
        const [, key] = /^KAFKA_(.+)$/.exec(name) ?? [];
        return key ? [[key.toLowerCase().replaceAll('_', '.'), value]] : [];
      }),
    );
    expect(image).toBe(
      `apache/kafka:${/kafka_2\.13<.*?<version>(.*?)</.exec(textOf('deploy/kafka/pom.xml'))![1]}`,
    );
    const broker = { id: 1, address: 'kafka:9092', settings };
    const findings = judgeBrokers([broker], kafka!, () => 'there');
    expect(findings.filter(({ level }) => level === 'wrong')).toEqual([]);
    for (const rule of ['auto.create.topics.enable', 'unclean.leader.election.enable']) {
      expect(settings.get(rule), rule).toBe('false');
    }
    const wanted = settingsOf(REGISTRY[0]!, durabilityOf(kafka!));
    expect(settings.get('min.insync.replicas')).toBe(wanted['min.insync.replicas']);
    for (const name of ['default', 'offsets.topic', 'transaction.state.log']) {
      expect(settings.get(`${name}.replication.factor`), name).toBe(String(kafka!.replicas));
    }
    expect(settings.get('process.roles')).toBe('broker,controller');
    expect(Buffer.from(environment['CLUSTER_ID']!, 'base64url')).toHaveLength(16);
    expect(compose.services['kafka']!['volumes']).toEqual([
      `kafka-data:${settings.get('log.dirs')}`,
    ]);
  });

  it('TIDY-15 Redis keeps what it was told', () => {
    const { image, volumes } = compose.services['redis']! as ComposeService & { volumes: string[] };
    const lines = textOf(compose.configs['redis']!.file).matchAll(/^([a-z-]+) (.+)$/gm);
    const conf = new Map([...lines].map(([, name, value]) => [name!, value!]));
    expect(volumes).toEqual([`redis-data:${conf.get('dir')}`]);
    const findings = judgeRedis({
      ...{
        version: image.split(':')[1]!,
        role: 'master',
        scriptsAllowed: true,
        configAllowed: true,
      },
      aof: conf.get('appendonly') === 'yes',
      fsync: conf.get('appendfsync') ?? null,
      policy: conf.get('maxmemory-policy') ?? null,
      ...{ usedBytes: 0, maxBytes: Number.parseInt(conf.get('maxmemory')!, 10), skewMs: 0 },
    });
    expect(findings.filter(({ level }) => level !== 'fine')).toEqual([]);
    expect(conf.get('maxmemory-policy')).toBe('noeviction');
    expect(conf.get('maxmemory')).toMatch(/^\d+mb$/);
  });
});
