/**
 * Drives the whole path with a log: real sockets, virtual time. At each instant the desk changes,
 * its webhooks are posted, and time moves on only when nothing can progress without it.
 */
import { signBody } from '@sapwood/pylon/signature';
import { renderTemplate, templateFor } from '@sapwood/pylon/templates';
import type { VirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Idle } from '@sapwood/runtime/ports';
import { awaitIdle } from '@sapwood/runtime/supervise';
import type { Case, CaseLook } from './cases.ts';
import type { ReplayTenant } from './tenant.ts';

export const HOOK = 'replay';
/** Time never jumps further than this: the log ticks at least hourly. */
const STRIDE_MS = 3_600_000;
const POSTS_AT_ONCE = 50;

export interface Instant {
  readonly at: number;
  readonly changes: readonly {
    readonly found: Case;
    readonly number: number;
    readonly look: CaseLook;
  }[];
}

/** All looks of all cases by instant; cases keep their order of appearance within one. */
export function instantsOf(cases: readonly Case[]): Instant[] {
  const byInstant = new Map<number, Instant['changes'][number][]>();
  for (const [index, found] of cases.entries()) {
    for (const look of found.looks) {
      const changes = byInstant.get(look.at) ?? [];
      changes.push({ found, number: index + 1, look });
      byInstant.set(look.at, changes);
    }
  }
  return [...byInstant].map(([at, changes]) => ({ at, changes })).sort((a, b) => a.at - b.at);
}

export interface DriveDeps {
  readonly clock: VirtualClock;
  readonly components: readonly Partial<Idle>[];
  readonly tenant: ReplayTenant;
  readonly url: string;
  readonly secret: string;
  readonly onProgress: (done: number) => void;
  /** True once somebody asked to stop. */
  readonly stopped: () => boolean;
}

export interface Driven {
  /** Instants played to their end. */
  instants: number;
  webhooks: number;
  accepted: number;
  refused: number;
}

/** Plays the instants; resolves early, at a whole instant, when stopped. */
export async function drive(instants: readonly Instant[], deps: DriveDeps): Promise<Driven> {
  const { clock, components, tenant } = deps;
  const driven: Driven = { instants: 0, webhooks: 0, accepted: 0, refused: 0 };
  await awaitIdle(components);
  for (const [index, instant] of instants.entries()) {
    if (deps.stopped()) break;
    await passTime(instant.at, clock, components);
    const bodies = instant.changes.map(({ found, number, look }) => {
      const { issueId, messageId } = tenant.apply(found, number, look);
      return bodyOf(issueId, messageId);
    });
    for (let i = 0; i < bodies.length; i += POSTS_AT_ONCE) {
      const answers = await Promise.all(
        bodies.slice(i, i + POSTS_AT_ONCE).map((body) => post(body, deps)),
      );
      driven.webhooks += answers.length;
      driven.accepted += answers.filter((status) => status === 200).length;
      driven.refused += answers.filter((status) => status !== 200).length;
    }
    await awaitIdle(components);
    driven.instants += 1;
    deps.onProgress(index + 1);
  }
  // Two minutes more: the last steps are sealed, the last pass and its frame leave.
  await passTime(clock.now() + 120_000, clock, components);
  return driven;
}

/** To an instant in strides, every due job once at each stop. */
export async function passTime(
  to: number,
  clock: VirtualClock,
  components: readonly Partial<Idle>[],
): Promise<void> {
  for (;;) {
    const next = Math.min(to, clock.now() + STRIDE_MS);
    clock.advanceTo(next);
    await awaitIdle(components);
    if (next >= to) return;
  }
}

function bodyOf(issueId: string, messageId: string | null): Buffer {
  const template = templateFor('hint-single', 'issue_changed');
  const variables = { 'issue.id': issueId, 'issue.last_message.id': messageId ?? '' };
  return Buffer.from(renderTemplate(template, variables));
}

async function post(body: Buffer, { url, secret }: DriveDeps): Promise<number> {
  const answer = await fetch(`${url}/hooks/${HOOK}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-pylon-signature': signBody(secret, body),
    },
    body: new Uint8Array(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}
