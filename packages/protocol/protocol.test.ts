import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLOSE, ERROR_CODES, MESSAGE_BYTES_MAX, SUBSCRIPTIONS_MAX } from './messages.ts';
import { ClientMessageSchema } from './schemas.ts';

const page = readFileSync(new URL('./PROTOCOL.md', import.meta.url), 'utf8');
const folder = new URL('./transcripts/', import.meta.url);

describe('PROTOCOL.md', () => {
  it('WS-50 names every message type, in its direction', () => {
    const rows = [...page.matchAll(/^\| (client|server) \| `(\w+)` \|/gm)].map((m) => m[0]);
    expect(rows).toHaveLength(14);
  });

  it('WS-50 names every close code and limit', () => {
    for (const code of Object.values(CLOSE)) expect(page).toContain(`| ${code} |`);
    expect(page).toContain(`${MESSAGE_BYTES_MAX / 1024} KiB`);
    expect(page).toContain(`${SUBSCRIPTIONS_MAX} subscriptions`);
    expect(ERROR_CODES.length).toBeGreaterThan(0);
  });
});

describe('transcripts', () => {
  it.each(readdirSync(folder))('WS-51 %s holds client messages of the documented shape', (name) => {
    const steps = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {
      client?: { type: string };
    }[];
    const known = ['hello', 'subscribe', 'unsubscribe'];
    const sent = steps.flatMap((step) => step.client ?? []);
    for (const message of sent.filter((one) => known.includes(one.type))) {
      expect(ClientMessageSchema.safeParse(message).success).toBe(true);
    }
    expect(steps.length).toBeGreaterThan(sent.length);
  });
});
