/** Conversations with known results, in every workspace, and the judgement once they are all in. */
import type { Client } from '@sapwood/client';
import { cellOf } from '@sapwood/protocol/honest';
import { expect } from 'vitest';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { type Rig, WORKSPACES, type WorkspaceName } from './rig.ts';

export const MINUTE_MS = 60_000;
const SHOWN_MS = 90_000;
const GAP_MS = 100;

/** What a wall shows of a series over the last hour. */
export function cell(wall: Client, key: string): ReturnType<typeof cellOf> {
  const series = wall.state.values.get(key);
  return series ? cellOf(series, '60m') : null;
}

export const shows = (what: string, holds: () => boolean): Promise<void> =>
  until(clock, what, holds, SHOWN_MS);

export interface Traffic {
  /** Opened five minutes ago, answered a minute later, perhaps handed on. */
  conversation(workspace: WorkspaceName, handedOn?: boolean): Promise<void>;
  /** Conversations in every workspace at once while `work` goes on. */
  during(work: () => Promise<void>): Promise<void>;
  /** A wall shows as many as there were, nothing is lost, and `verify` finds no difference. */
  expectAllIn(): Promise<void>;
  /** Every conversation was opened once and answered once, as told by `sapwood counts`. */
  expectCounted(): Promise<void>;
}

export function createTraffic(rig: Rig): Traffic {
  const opened = new Map<WorkspaceName, number>();

  const conversation: Traffic['conversation'] = async (workspace, handedOn = false) => {
    const number = (opened.get(workspace) ?? 0) + 1;
    opened.set(workspace, number);
    const createdAt = clock.now() - 5 * MINUTE_MS;
    const sentAt = createdAt + MINUTE_MS;
    const base = { issue: `issue-${number}`, number, createdAt } as const;
    const answered = { status: 'waiting_on_customer', assignee: 'agent-1', sentAt } as const;
    const moved = { status: 'waiting_on_you', assignee: 'agent-2', team: 'team-second' } as const;
    const letters = [
      { ...base, kind: 'issue_new', author: 'customer', sentAt: createdAt },
      { ...base, kind: 'issue_message_new', author: 'team', ...answered },
      ...(handedOn ? [{ ...base, kind: 'issue_team_changed', ...moved } as const] : []),
    ] as const;
    for (const letter of letters) await rig.post(letter, workspace);
  };
  return {
    conversation,
    during: async (work) => {
      let isOver = false;
      const desks = WORKSPACES.map(async (workspace) => {
        while (!isOver) {
          await conversation(workspace);
          await clock.sleep(GAP_MS);
        }
      });
      try {
        await work();
      } finally {
        isOver = true;
        await Promise.all(desks);
      }
    },
    expectAllIn: async () => {
      const wall = rig.wall();
      const volume = opened.get('acme') ?? 0;
      const isShown = (): boolean => cell(wall, 'conversation-volume')?.value === volume;
      await shows(`${volume} conversations`, isShown).catch((error: Error) => {
        throw new Error(`${error.message}, but ${cell(wall, 'conversation-volume')?.value}`);
      });
      await rig.expectNothingLost();
      await rig.expectVerified();
    },
    expectCounted: async () => {
      for (const [workspace, count] of opened) {
        const { stdout } = await rig.sapwood('counts', '--workspace', workspace, '--json');
        const { transitions, firstReply } = JSON.parse(stdout);
        expect({ workspace, opened: transitions.opened, replies: firstReply.n }).toEqual({
          ...{ workspace, opened: count, replies: count },
        });
        console.log(stdout.trim());
      }
    },
  };
}
