/** When a cluster has nothing left to do: each workspace's letters are folded, published and shown. */
import { metricCodec, quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { LogRecord } from '@sapwood/runtime/ports';
import type { Accountant } from '../accountant.ts';
import { type Line, quietOn } from '../quiet.ts';
import type { Cluster } from './cluster.ts';
import { PARTITIONS, WORKSPACES } from './config.ts';
import type { JavaLog } from './java-log.ts';

/** A dead member's session, a rebuilt state and a busy machine, one after the other. */
const CALM_MS = 90_000;

type Follow = (each: (record: LogRecord) => void) => Promise<void>;

/** Calls for each record that came since the last time. */
function follow(java: JavaLog, topic: string, workspace: string): Follow {
  const partition = partitionOf(workspace, PARTITIONS);
  let from = 0;
  return async (each) => {
    const { high } = await java.bounds(topic, partition);
    while (from < high) {
      const records = await java.read(topic, partition, from);
      if (records.length === 0) break;
      for (const record of records) each(record);
      from = records.at(-1)!.offset + 1;
    }
  };
}

/** Log time of the newest frame in the topic. */
function frames(java: JavaLog, workspace: string): () => Promise<number> {
  const news = follow(java, TOPICS.metrics.name, workspace);
  let asOf = 0;
  return async () => {
    await news(({ key, value }) => {
      if (key !== `frame/${workspace}` || !value) return;
      const { frame } = metricCodec.decode(value);
      if (frame && !frame.catchingUp) asOf = Math.max(asOf, frame.asOf);
    });
    return asOf;
  };
}

/**
 * By what stands in the log, not by the positions that the normalizer keeps: a store that lost its
 * newest part has older ones until the next letter comes, which costs nothing.
 */
function fates(java: JavaLog, workspace: string): () => Promise<number | null> {
  const raw = [TOPICS.rawPylon.name, TOPICS.rawCost.name].map(
    (topic) => [topic, follow(java, topic, workspace)] as const,
  );
  const facts = follow(java, TOPICS.facts.name, workspace);
  const refused = follow(java, TOPICS.dlqRaw.name, workspace);
  const waiting = new Set<string>();
  const ended = new Set<string>();
  let newest = 0;
  return async () => {
    for (const [topic, news] of raw) {
      await news(({ offset, value }) => {
        if (rawCodec.decode(value!).delivery) waiting.add(`${topic}/${offset}`);
      });
    }
    const end = ({ topic, offset }: { topic: string; offset: number }): void =>
      void ended.add(`${topic}/${offset}`);
    await facts(({ value }) => {
      const fact = factCodec.decode(value!);
      newest = Math.max(newest, fact.recordedAt);
      for (const src of fact.srcs) end(src);
    });
    await refused(({ value }) => end(quarantinedCodec.decode(value!)));
    for (const place of waiting) if (ended.has(place)) waiting.delete(place);
    return waiting.size === 0 ? newest : null;
  };
}

function lineOf({ java }: Cluster, accountant: Accountant, workspace: string): Line {
  const published = frames(java, workspace);
  const isOnScreen = workspace === WORKSPACES[0];
  return {
    workspace,
    mappedUpTo: fates(java, workspace),
    shown: async () => {
      const asOf = await published();
      return isOnScreen ? Math.min(asOf, accountant.report().asOf) : asOf;
    },
  };
}

export async function calm(cluster: Cluster, accountant: Accountant): Promise<number> {
  const lines = WORKSPACES.map((id) => lineOf(cluster, accountant, id));
  return quietOn(lines, CALM_MS);
}
