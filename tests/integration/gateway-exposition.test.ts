/** `GET /v1/metrics.prom`, read by the grammar of OpenMetrics 1.0. */
import { SHEETS } from '@sapwood/core/sheets';
import { createPairingCode } from '@sapwood/gateway/secrets';
import { afterEach, describe, expect, it } from 'vitest';
import { deskGateway } from './gateway-desk.ts';
import { COST_TREE, frame, type Harness, series, startGateway, until } from './gateway-harness.ts';

let open: Harness[] = [];
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

interface Family {
  readonly type: string;
  readonly unit: string | null;
  readonly help: string;
  readonly samples: Map<string, string>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (-?\\d+(?:\\.\\d+)?)$`);
const ABOUT = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`);
/** Of other types: a gauge may not be called like one of their samples. */
const RESERVED = /_(total|created|count|sum|bucket|gcount|gsum|info)$/;

/** Throws at the first line that is not as the standard has it. */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const lines = text.split('\n');
  if (lines.at(-1) !== '' || lines.at(-2) !== '# EOF') throw new Error('it ends without # EOF');
  let name = '';
  for (const line of lines.slice(0, -2)) {
    const [, what, of, rest] = ABOUT.exec(line) ?? [];
    if (what === 'TYPE') {
      if (families.has(of!)) throw new Error(`${of} comes in two pieces`);
      name = of!;
      families.set(name, { type: rest!, unit: null, help: '', samples: new Map() });
    } else if (what !== undefined) {
      if (of !== name) throw new Error(`${line}: of another family`);
      families.set(name, { ...families.get(name)!, [what.toLowerCase()]: rest! });
    } else {
      const [, own, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (own !== name) throw new Error(`no sample of ${name}: ${line}`);
      const { samples } = families.get(name)!;
      if (samples.has(labels)) throw new Error(`twice: ${line}`);
      samples.set(labels, value!);
    }
  }
  for (const [of, { type, unit }] of families) {
    if (type !== 'gauge' || RESERVED.test(of)) throw new Error(`${of} is no gauge's name`);
    if (unit !== null && !of.endsWith(`_${unit}`)) throw new Error(`${of} lacks its unit ${unit}`);
  }
  return families;
}

async function scrape(g: Harness, query = '', headers: Record<string, string> = {}) {
  const answer = await fetch(`${g.url}/v1/metrics.prom${query}`, { headers });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), text };
}

async function gateway(...change: Parameters<typeof deskGateway>): Promise<Harness> {
  const harness = await deskGateway(...change);
  open.push(harness);
  return harness;
}

/** Fed by hand. */
async function fed(
  values: readonly ReturnType<typeof series>[],
  change: Parameters<typeof frame>[1] = {},
): Promise<Harness> {
  const harness = await startGateway({ access: { kind: 'lan', code: createPairingCode() } });
  open.push(harness);
  await harness.publish.tree(COST_TREE, 1);
  await harness.publish.pass(values, frame(5, change));
  await until('an idle gateway', () => harness.gateway.idle());
  return harness;
}

const WALL = '{window="60m",clock="wall"}';

describe('GET /v1/metrics.prom', () => {
  it('WS-71 parses by the standard, in base units, with the words of the sheets', async () => {
    const { status, type, text } = await scrape(await gateway(), '?window=24h');
    expect([status, type]).toEqual([
      200,
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ]);
    const families = parse(text);
    expect(families.size).toBeGreaterThan(20);
    const reply = families.get('sapwood_metric_first_response_time_seconds')!;
    expect(reply.unit).toBe('seconds');
    const sheet = SHEETS.find(({ id }) => id === 'first-response-time')!;
    expect(reply.help).toBe(`${sheet.label}. ${sheet.prose}`);
    const of = (stat: string) => `{window="24h",clock="wall"${stat}}`;
    // Ten and twenty-one minutes; the third waits.
    expect(Number(reply.samples.get(of(',stat="max"')))).toBe(1_140);
    expect(
      families
        .get('sapwood_metric_n')!
        .samples.get('{metric="first-response-time",window="24h",clock="wall"}'),
    ).toBe('2');
    expect(families.get('sapwood_metric_cost_per_contact_usd')?.unit).toBe('usd');
    expect(families.get('sapwood_metric_conversation_handoff_rate_ratio')?.unit).toBe('ratio');
    expect(families.get('sapwood_metric_conversation_volume_value')).toMatchObject({ unit: null });
    expect(families.get('sapwood_metric_as_of_timestamp_seconds')!.samples.size).toBe(1);
  });

  it('WS-71 money is exact and shares are of one, negative ones too', async () => {
    const money = { unit: 'micro', form: 'MONEY' } as const;
    const g = await fed([
      series('cost-per-contact', 5, 7_368_421, money),
      series('total-support-cost', 5, -50_000, money),
      series('conversation-handoff-rate', 5, 125_000, { unit: 'ppm', form: 'RATIO' }),
      series('first-response-time', 5, 90_001, { unit: 'ms', form: 'DUR' }),
      series('handoffs-per-conversation', 5, 1_250, { unit: 'milli', form: 'RATIO' }),
    ]);
    const families = parse((await scrape(g)).text);
    const value = (name: string) => families.get(`sapwood_metric_${name}`)?.samples.get(WALL);
    expect(value('cost_per_contact_usd')).toBe('7.368421');
    expect(value('total_support_cost_usd')).toBe('-0.05');
    expect(value('conversation_handoff_rate_ratio')).toBe('0.125');
    expect(value('first_response_time_seconds')).toBe('90.001');
    expect(value('handoffs_per_conversation_value')).toBe('1.25');
  });

  it('WS-71 rows by one dimension instead of the value, their names escaped', async () => {
    const odd = `conversation-volume{channel=${encodeURIComponent('a"b\\c\nd')}}`;
    const g = await fed([
      series('conversation-volume', 5, 40),
      series('conversation-volume{channel=email}', 5, 30),
      series(odd, 5, 10),
    ]);
    const { samples } = parse((await scrape(g, '?by=channel')).text).get(
      'sapwood_metric_conversation_volume_value',
    )!;
    expect([...samples]).toEqual([
      [String.raw`{window="60m",clock="wall",channel="a\"b\\c\nd"}`, '10'],
      ['{window="60m",clock="wall",channel="email"}', '30'],
    ]);
  });

  it('WS-71 a screen of the floor gets no money, and whoever may not read gets nothing', async () => {
    const code = createPairingCode();
    const g = await startGateway({ access: { kind: 'lan', code } });
    open.push(g);
    await g.publish.tree(COST_TREE, 1);
    const cost = series('cost-per-contact', 5, 8, { unit: 'micro', form: 'MONEY' });
    await g.publish.pass([cost, series('conversation-volume', 5, 40)], frame(5));
    await until('an idle gateway', () => g.gateway.idle());
    expect(parse((await scrape(g)).text).has('sapwood_metric_cost_per_contact_usd')).toBe(true);
    const far = { 'x-forwarded-for': '10.0.0.9' };
    expect((await scrape(g, '', far)).status).toBe(401);
    const paired = await fetch(`${g.url}/v1/pair`, {
      ...{ method: 'POST', body: JSON.stringify({ code }) },
      headers: { 'content-type': 'application/json' },
    });
    const cookie = paired.headers.get('set-cookie')!.split(';')[0]!;
    const floor = parse((await scrape(g, '', { ...far, cookie })).text);
    expect(floor.has('sapwood_metric_conversation_volume_value')).toBe(true);
    expect([...floor.keys()].filter((name) => name.endsWith('_usd'))).toEqual([]);
    const foreign = { origin: 'https://evil.example' };
    expect((await scrape(g, '', foreign)).status).toBe(403);
  });

  it('WS-72 a known zero is 0; what has no value is left out', async () => {
    const g = await fed([
      series('conversation-volume', 5, 0),
      series('contacts-handled', 5, null, {}, { state: 'unknown' }),
      series('conversation-handoff-rate', 5, null, { unit: 'ppm' }, { state: 'undefined' }),
    ]);
    const families = parse((await scrape(g)).text);
    expect(families.get('sapwood_metric_conversation_volume_value')!.samples.get(WALL)).toBe('0');
    expect(families.has('sapwood_metric_contacts_handled_value')).toBe(false);
    expect(families.has('sapwood_metric_conversation_handoff_rate_ratio')).toBe(false);
  });

  it.each([
    ['stale', 200_000, false],
    ['unknown', 16 * 60_000, false],
    ['being caught up with', 0, true],
  ])('WS-72 what is %s is left out, and told how far it is known', async (_, lagMs, catchingUp) => {
    const coveredThrough = Date.now() - lagMs;
    const watermarks = [{ source: 'pylon', coveredThrough, basis: 'reconciled' }] as const;
    const g = await fed([series('conversation-volume', 5, 40)], { watermarks, catchingUp });
    const families = parse((await scrape(g)).text);
    expect([...families.keys()].sort()).toEqual([
      'sapwood_metric_as_of_timestamp_seconds',
      'sapwood_metric_covered_timestamp_seconds',
    ]);
    const [covered] = families.get('sapwood_metric_covered_timestamp_seconds')!.samples.values();
    expect(Math.round(Number(covered) * 1_000)).toBe(coveredThrough);
  });

  it('WS-71 no window of that name, and no past', async () => {
    const g = await gateway();
    expect((await scrape(g, '?window=2m')).status).toBe(400);
    expect((await scrape(g, '?at=2026-01-01')).status).toBe(400);
  });
});
