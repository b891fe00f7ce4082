import { describe, expect, it } from 'vitest';
import { loadConfig, printConfig } from '../config.ts';
import type { Environment, Flags } from './layers.ts';
import { collisions, leavesFor } from './leaves.ts';

const SECRET = 'a-secret-that-nobody-guesses';
const GOOD = `
http: {port: 9000}
workspaces:
  acme: {currency: GBP, zone: Europe/London, tree: tree.yaml}
sources:
  acme-pylon:
    workspace: acme
    tokenFile: token.txt
    statuses: {escalated_l2: on_hold}
    roster: {u-1: bot}
    hooks:
      acme:
        schemes:
          - {kind: pylon-hmac, secrets: [${SECRET}]}
          - {kind: static-header, header: Authorization, tokenFiles: [header.txt]}
costs:
  keys:
    finance: {workspace: acme, key: ${SECRET}}
`;
const TREE = `tree: t
root: conversation-volume
default-owner: lead
nodes:
  conversation-volume: {target: "<=5"}
`;

interface Given {
  readonly env?: Environment;
  readonly flags?: Flags;
  readonly files?: Readonly<Record<string, string>>;
}
function load(text: string, { env = {}, flags = {}, files = {} }: Given = {}) {
  const all: Record<string, string> = {
    'tree.yaml': TREE,
    'token.txt': `${SECRET}\n`,
    'header.txt': `Bearer ${SECRET}`,
    ...files,
    'sapwood.yaml': text,
  };
  return loadConfig({
    file: 'sapwood.yaml',
    folder: '/etc/sapwood',
    env,
    flags,
    readText: (path) => all[path.replace('/etc/sapwood/', '')] ?? null,
  });
}
function errorsOf(text: string, given?: Given): readonly string[] {
  const result = load(text, given);
  return result.ok ? [] : result.errors;
}

describe('configuration', () => {
  it('CONF-1 reads secrets from files, compiles the trees, and fills the defaults', () => {
    const result = load(GOOD);
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(result.config.http).toEqual({
      ...{ host: '127.0.0.1', port: 9000, lan: false, workspace: null },
    });
    const source = result.config.sources['acme-pylon']!;
    expect(source).toMatchObject({ token: SECRET, region: 'us', bodies: 'facts', baseUrl: null });
    expect(source.hooks['acme']!.schemes).toEqual([
      { kind: 'pylon-hmac', secrets: [SECRET] },
      { kind: 'static-header', header: 'Authorization', tokens: [`Bearer ${SECRET}`] },
    ]);
    expect(result.config.data).toBe('/etc/sapwood/data');
    expect(result.trees.get('acme')!.nodes[0]!.target).toEqual({ op: '<=', value: 5 });
  });

  it('CONF-2 without a file the defaults hold; a file that is named must be there', () => {
    const none = { env: {}, readText: () => null };
    expect(loadConfig({ ...none, file: null })).toMatchObject({ ok: true, file: null });
    expect(loadConfig({ ...none, file: 'other.yaml' })).toEqual({
      ok: false,
      errors: ['other.yaml: cannot be read'],
    });
  });

  it('CONF-3 defaults < file < environment < flags', () => {
    const port = (given: Given): unknown => {
      const result = load('http: {port: 9000}', given);
      return result.ok && result.config.http.port;
    };
    const env = { SAPWOOD_HTTP_PORT: '9001' };
    expect(port({})).toBe(9000);
    expect(port({ env })).toBe(9001);
    expect(port({ env, flags: { 'http.port': 9002 } })).toBe(9002);
    const env2 = { SAPWOOD_SOURCES_ACME_PYLON_TOKEN_FILE: 'other.txt' };
    const result = load(GOOD, { env: env2, files: { 'other.txt': 'another-token' } });
    expect(result.ok && result.config.sources['acme-pylon']!.token).toBe('another-token');
  });

  it('CONF-4 all errors at once, with line, column, path and a hint', () => {
    const text = `http:
  prot: 1
  port: many
worksapces: {}
log: {level: loud}
`;
    expect(errorsOf(text, { env: { SAPWOOD_LOG_LEVL: 'info' } })).toEqual([
      'SAPWOOD_LOG_LEVL is not a setting - did you mean "SAPWOOD_LOG_LEVEL"?',
      'sapwood.yaml:3:9 http.port: expected a number, not text',
      'sapwood.yaml:2:3 http.prot: unknown key - did you mean "port"?',
      'sapwood.yaml:5:14 log.level: expected one of debug, info, warn, error, silent',
      'sapwood.yaml:4:1 worksapces: unknown key - did you mean "workspaces"?',
    ]);
  });

  it('CONF-4 what is wrong between fields stands beside what is wrong in one', () => {
    const text = `workspaces:
  acme: {currency: pounds, sla: 3}
sources:
  desk:
    workspace: acne
    bodies: fact
    token: 12
    hooks: {}
`;
    expect(errorsOf(text)).toEqual([
      expect.stringMatching(/^sapwood\.yaml:2:20 workspaces\.acme\.currency: /),
      'sapwood.yaml:2:33 workspaces.acme.sla: expected a map, not a number',
      'sapwood.yaml:7:12 sources.desk.token: expected text, not a number',
      'sapwood.yaml:6:13 sources.desk.bodies: expected one of facts, hints - did you mean "facts"?',
      'sapwood.yaml:5:16 sources.desk.workspace: there is no workspace "acne" under "workspaces"',
    ]);
    // Nobody knows what would be there, were it written rightly.
    expect(errorsOf('worksapces: {a: {}}\nhttp: {workspace: a}')).toHaveLength(1);
    expect(errorsOf('workspaces: {a: 1}\nhttp: {workspace: b}')).toHaveLength(1);
  });

  it('CONF-5 an error names the layer that its value came from', () => {
    expect(errorsOf('', { env: { SAPWOOD_HTTP_PORT: 'x' } })[0]).toMatch(
      /^SAPWOOD_HTTP_PORT http\.port: /,
    );
    expect(errorsOf('', { flags: { 'http.port': -1 } })[0]).toMatch(/^--port http\.port: /);
    expect(errorsOf('a: [')[0]).toMatch(/^sapwood\.yaml:1:\d+ /);
    expect(errorsOf('a: 1\na: 2')[0]).toBe(
      'sapwood.yaml:2:1 "a" stands here twice, first at 1:1: keep one of them',
    );
  });

  it('CONF-10 an empty section is absent, and the document is a map', () => {
    const result = load('sources:\ncosts:\nworkspaces:\n  acme:\n');
    expect(result.ok && result.config.workspaces['acme']).toMatchObject({ currency: 'USD' });
    expect(errorsOf('- a\n- b')).toEqual(['sapwood.yaml:1:1 (top): expected a map of sections']);
    expect(errorsOf('{"__proto__": {"http": 1}}')[0]).toContain('unknown key');
  });

  it('CONF-6 rules across fields', () => {
    const source = (lines: string): string =>
      `workspaces: {acme: {}}\nsources:\n  s:\n    workspace: acme\n${lines}`;
    const first = (lines: string): string | undefined => errorsOf(source(lines))[0];
    expect(first('')).toBe(
      'sapwood.yaml:3:3 sources.s: needs a "token", or "hooks" that receive: nothing can arrive',
    );
    expect(first(`    token: ${SECRET}\n    tokenFile: token.txt\n`)).toContain('not both');
    expect(first(`    token: ${SECRET}\n    baseUrl: https://evil.example\n`)).toContain(
      'loopback',
    );
    expect(first(`    token: ${SECRET}\n    baseUrl: http://127.0.0.1:9\n`)).toBeUndefined();
    expect(first('    hooks: {h: {schemes: [{kind: pylon-hmac}]}}\n')).toContain('"secretFiles"');
    expect(first('    tokenFile: gone.txt\n')).toBe(
      'sapwood.yaml:5:16 sources.s.tokenFile: cannot read "gone.txt", or it is empty',
    );
    expect(errorsOf('http: {host: 0.0.0.0}')[0]).toContain('http.lan: true');
    expect(errorsOf('http: {port: 1, host: 0.0.0.0, lan: true}')).toEqual([]);
    expect(errorsOf('metrics: {port: 8080}')[0]).toContain('is the port of "http"');
    expect(errorsOf('workspaces: {a: {}}\nhttp: {workspace: b}')).toEqual([
      'sapwood.yaml:2:19 http.workspace: there is no workspace "b" under "workspaces"',
    ]);
    const costs = `costs: {keys: {k: {workspace: nobody, key: ${SECRET}}}}`;
    expect(errorsOf(costs)[0]).toContain('there is no workspace "nobody"');
    expect(errorsOf('workspaces: {a: {zone: Mars/Base}}')[0]).toContain('time zone');
    expect(errorsOf('workspaces: {a: {autoCloseAfter: soon}}')[0]).toBe(
      'sapwood.yaml:1:34 workspaces.a.autoCloseAfter: expected a duration such as 72 h or 5 d',
    );
    const planned = load('workspaces: {a: {costPlan: [salaries, tooling]}}');
    expect(planned.ok && planned.config.workspaces['a']?.costPlan).toEqual(['salaries', 'tooling']);
    expect(errorsOf('workspaces: {a: {costPlan: [salaries, fun]}}')[0]).toContain(
      'sapwood.yaml:1:39 workspaces.a.costPlan.1: expected one of salaries, ',
    );
    const closes = load('workspaces: {a: {autoCloseAfter: 72 h}}');
    expect(closes.ok && closes.config.workspaces['a']?.autoCloseAfterMs).toBe(72 * 3_600_000);
  });

  it('CONF-7 errors of a tree file stand with their own place', () => {
    const tree = TREE.replace('"<=5"', '"<=5 h"').replace('nodes:', 'noodes: {}\nnodes:');
    expect(errorsOf(GOOD, { files: { 'tree.yaml': tree } })).toEqual([
      'tree.yaml:4:1 noodes: unknown key "noodes" - did you mean "nodes"?',
      'tree.yaml:6:33 nodes.conversation-volume.target: expected a whole number, got "5 h"',
    ]);
  });

  it('CONF-8 print shows origins and never a secret', () => {
    const result = load(GOOD, { env: { SAPWOOD_LOG_LEVEL: 'warn' }, flags: { 'http.lan': true } });
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const text = printConfig(result);
    expect(text).not.toContain(SECRET);
    expect(text).toContain('http.port = 9000  # sapwood.yaml\n');
    expect(text).toContain('http.lan = true  # flag\n');
    expect(text).toContain('log.level = "warn"  # SAPWOOD_LOG_LEVEL\n');
    expect(text).toContain('metrics.port = 9464  # default\n');
    expect(text).toContain('sources.acme-pylon.token = "(hidden)"  # sapwood.yaml\n');
  });

  it('CONF-9 no two settings share a variable, and alike ids are refused', () => {
    expect(collisions(leavesFor(() => ['a', 'b']))).toEqual([]);
    expect(collisions(leavesFor(() => ['a-b', 'a_b'])).length).toBeGreaterThan(0);
  });

  it('CONF-12 what of a tenant is declared: fields, own domains', () => {
    const source = (lines: string): string =>
      `workspaces: {acme: {}}\nsources:\n  s:\n    workspace: acme\n    token: ${SECRET}\n${lines}`;
    const declared = ['    categoryField: topic', '    accountFields: {tier: plan}'];
    const env = { SAPWOOD_SOURCES_S_INTERNAL_DOMAINS: 'a.example, b.example' };
    const result = load(source(declared.join('\n')), { env });
    expect(result.ok && result.config.sources['s']).toMatchObject({
      ...{ categoryField: 'topic', priorityField: null },
      accountFields: { tier: 'plan', arr: null, parent: null },
      internalDomains: ['a.example', 'b.example'],
    });
    expect(errorsOf(source('    accountFields: {teir: plan}'))[0]).toMatch(
      /sapwood\.yaml:6:\d+ sources\.s\.accountFields.*teir.*tier/,
    );
    expect(errorsOf(source('    internalDomains: ["@a.example"]'))[0]).toContain('a domain');
    const blind = source('    accountFields: {tier: plan}').replace(/ {4}token: .*\n/, '');
    expect(
      errorsOf(`${blind}\n    hooks: {h: {schemes: [{kind: pylon-hmac, secrets: [${SECRET}]}]}}`),
    ).toEqual([
      expect.stringContaining(
        'sources.s.accountFields: is of accounts that are read, and there is no "token"',
      ),
    ]);
  });

  it('CONF-11 Kafka and Redis, from the file or from variables, their passwords hidden', () => {
    const env = {
      SAPWOOD_KAFKA_BROKERS: 'a:9092, b:9093',
      SAPWOOD_REDIS_URL: 'redis://r:6379',
      SAPWOOD_REDIS_PASSWORD: SECRET,
    };
    const result = load('', { env });
    if (!result.ok) throw new Error(result.errors.join());
    expect(result.config.kafka).toMatchObject({ brokers: ['a:9092', 'b:9093'], partitions: 12 });
    expect(result.config.redis).toEqual({ url: 'redis://r:6379', password: SECRET, prefix: '' });
    expect(result.place(['redis', 'url'])).toBe('SAPWOOD_REDIS_URL');
    const text = printConfig(result);
    expect(text).not.toContain(SECRET);
    expect(text).toContain('kafka.brokers.1 = "b:9093"  # SAPWOOD_KAFKA_BROKERS\n');

    const sasl = 'sasl: {mechanism: plain, username: u}';
    const file = `kafka: {brokers: [a], ${sasl}}\nredis: {url: "redis://:pw@r:1"}\n`;
    expect(errorsOf(file)).toEqual([
      'sapwood.yaml:1:19 kafka.brokers.0: expected host:port, such as kafka:9092',
    ]);
    expect(errorsOf(file.replace('[a]', '["a:1"]'))).toEqual([
      'sapwood.yaml:2:14 redis.url: has a password in it: put it into "passwordFile", addresses are shown',
      'sapwood.yaml:1:27 kafka.sasl: give either "password" or "passwordFile"',
    ]);
    // A developer's variable for the tests must not keep `start` from starting.
    expect(errorsOf('', { env: { SAPWOOD_KAFKA_BROKERS: 'a:1' } })).toEqual([]);
    const aggregators = load('', { env: { SAPWOOD_AGGREGATORS: 'http://a:9464, https://b' } });
    expect(aggregators.ok && aggregators.config.aggregators).toEqual([
      'http://a:9464',
      'https://b',
    ]);
    expect(errorsOf('aggregators: [a:9464]')).toEqual([
      'sapwood.yaml:1:15 aggregators.0: expected an address such as http://aggregator:9464',
    ]);
  });

  it('CONF-13 reads what a workspace declares of its conventions', () => {
    const result = load(`workspaces:
  a:
    teamRanks: {T1: 1, T2: 2}
    managers: [M]
    managerRoles: [role_1]
    escalation: {tags: [escalated]}
    trackedFields: [topic, severity]
    handoverFields: [topic]
    csatScale: {min: 1, max: 5, positiveFrom: 4}
    healthWeights: {escalation: 2, sentiment: 0}
    agentIndex: true
    spam: {tags: [junk]}
  b:
`);
    if (!result.ok) throw new Error(result.errors.join());
    expect(result.config.workspaces['a']).toMatchObject({
      teamRanks: { T1: 1, T2: 2 },
      managers: ['M'],
      managerRoles: ['role_1'],
      escalation: { tags: ['escalated'], fields: [] },
      trackedFields: ['topic', 'severity'],
      handoverFields: ['topic'],
      csatScale: { min: 1, max: 5, positiveFrom: 4 },
      healthWeights: { sentiment: 0, escalation: 2 },
      agentIndex: true,
      spam: { statuses: ['spam'], tags: ['junk'] },
    });
    expect(result.config.workspaces['b']).toMatchObject({
      ...{ csatScale: null, managers: [], trackedFields: [] },
      ...{ healthWeights: {}, agentIndex: false },
    });
  });

  it('CONF-13 refuses what is none, with its place', () => {
    const bad = `workspaces:
  a:
    teamRanks: {T1: high}
    managers: M
    escalation: {tag: [x]}
    csatScale: {min: 1, max: 5, positiveFrom: 6}
    trackedFields: topic
    healthWeights: {volume: -1, escalations: 2}
    agentIndex: sometimes
  b:
    healthWeights: {volume: 0, resolution: 0}
`;
    const errors = errorsOf(bad).join('\n');
    expect(errors).toMatch(/sapwood\.yaml:3:21 workspaces\.a\.teamRanks\.T1: /);
    expect(errors).toMatch(/sapwood\.yaml:4:15 workspaces\.a\.managers: /);
    expect(errors).toMatch(/sapwood\.yaml:5:18 .*unknown key - did you mean "tags"\?/);
    expect(errors).toMatch(
      /sapwood\.yaml:7:20 workspaces\.a\.trackedFields: expected a list, such as \[one, two\]/,
    );
    expect(errors).toMatch(/sapwood\.yaml:6:5 .*expected min < positiveFrom <= max/);
    expect(errors).toMatch(/sapwood\.yaml:8:29 workspaces\.a\.healthWeights\.volume: /);
    expect(errors).toMatch(/sapwood\.yaml:8:33 .*unknown key - did you mean "escalation"\?/);
    expect(errors).toMatch(/sapwood\.yaml:9:17 workspaces\.a\.agentIndex: /);
    expect(errors).toMatch(/sapwood\.yaml:11:5 .*two at least must weigh more than 0/);
  });
});
