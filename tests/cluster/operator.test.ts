/** The operator's commands against a real Kafka and a real Redis, and against ones that are not there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafkaAdmin } from '@sapwood/runtime/kafka/admin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { clock, createWorkshop, type Ending, runCli } from '../support/process.ts';
import { type Rig, startRig } from './rig.ts';

const local = await localEnginesOr('commands on Kafka and Redis');
const STACK = /^\s+at |node:internal|Error:.*\n\s+at /m;

describe.skipIf(!local)('operator', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig?.clean());

  it('K-6 topics check names a setting that was changed, apply mends it and keeps the others', async () => {
    expect(await rig.sapwood('topics', 'check')).toMatchObject({ code: 0, stdout: '' });
    const admin = await createKafkaAdmin({
      connection: { brokers: [rig.brokers[0]!.address], clientId: 'test' },
      ...{ clock, rng: createSystemRng(), telemetry: () => {} },
    });
    try {
      const facts = (await admin.topic('facts.v1'))!;
      await admin.alter(facts, { 'retention.ms': '604800000', 'segment.ms': '3600000' });
      const line = '~ facts.v1: retention.ms is 604800000, should be -1\n';
      expect(await rig.sapwood('topics', 'plan')).toMatchObject({ code: 0, stdout: line });
      expect(await rig.sapwood('topics', 'check')).toMatchObject({ code: 4, stdout: line });
      expect((await rig.sapwood('topics', 'apply')).code).toBe(0);
      const mended = (await admin.topic('facts.v1'))!.settings;
      expect(mended.get('retention.ms')).toBe('-1');
      expect(mended.get('segment.ms')).toBe('3600000');
      expect(mended.get('message.timestamp.type')).toBe('LogAppendTime');
    } finally {
      await admin.close();
    }
  });

  it('K-7 doctor finds nothing wrong with what it was told to set up', async () => {
    const { code, stdout } = await rig.sapwood('doctor', '--json');
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string });
    expect({ code, wrong: findings.filter(({ level }) => level === 'wrong') }).toEqual({
      ...{ code: 0, wrong: [] },
    });
    expect(findings.length).toBeGreaterThan(4);
  });

  it('K-8 what is not there is told in one sentence with its address and its line, never a secret', async () => {
    const workshop = createWorkshop();
    const folder = workshop.folder();
    const file = join(folder, 'sapwood.yaml');
    writeFileSync(join(folder, 'workspace-key'), 'a-key-of-this-test-and-of-no-other');
    writeFileSync(
      file,
      `data: .
workspaces: { acme: {} }
kafka: { brokers: ["127.0.0.1:1"] }
redis: { url: "redis://127.0.0.1:2", password: a-password-to-hide }
`,
    );
    try {
      const commands = [['service', 'normalizer'], ['topics', 'check'], ['doctor'], ['verify']];
      const endings = await Promise.all(
        commands.map((args): Promise<Ending> => runCli([...args, '--config', file])),
      );
      for (const { code, stdout, stderr } of endings) {
        expect({ code, said: stdout + stderr }).toMatchObject({ code: 3 });
        expect(stdout + stderr).toContain('127.0.0.1:1');
        expect(stdout + stderr).toContain(`sapwood.yaml:3:19`);
        expect(stdout + stderr).not.toMatch(STACK);
        expect(stderr.trim()).not.toContain('\n');
        expect(stdout + stderr).not.toContain('a-password-to-hide');
      }
    } finally {
      await workshop.clean();
    }
  });

  it('K-8 a service before its topics, a name that does not exist, a key that is missing', async () => {
    const workshop = createWorkshop();
    const folder = workshop.folder();
    const file = join(folder, 'sapwood.yaml');
    const [broker] = rig.brokers;
    writeFileSync(
      file,
      `data: .
workspaces: { acme: {} }
kafka: { brokers: ["${broker!.address}"], partitions: 5, replicas: 1 }
redis: { url: "${rig.redis.address}" }
`,
    );
    const said = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await runCli([...args, '--config', file]);
      expect(code).toBe(2);
      expect(stderr).not.toMatch(STACK);
      return stderr
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{'))
        .join('\n');
    };
    try {
      expect(await said('service', 'ingest')).toMatch(
        /sapwood\.yaml:3:\d+ kafka\.partitions is 5, but raw\.pylon\.v1 has 3/,
      );
      writeFileSync(file, readFileSync(file, 'utf8').replace('5,', '3,'));
      expect(await said('service', 'normalizer')).toMatch(/workspace-key is missing: make it once/);
      expect(await said('service', 'aggregatr')).toMatch(/There is no service "aggregatr"/);
    } finally {
      await workshop.clean();
    }
  });
});
