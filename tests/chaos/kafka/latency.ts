/** How long senders waited for an answer, and for which, by the accountant's journal. */
import { readFileSync } from 'node:fs';

export interface Answer {
  readonly sentAt: number;
  readonly tookMs: number;
  readonly isYes: boolean;
}

export function answersIn(journal: string): Answer[] {
  const waiting = new Map<string, number[]>();
  const answers: Answer[] = [];
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [word, at, hash] = line.split(' ');
    if (word === 'sent') {
      waiting.set(hash!, [...(waiting.get(hash!) ?? []), Number(at)]);
    } else if (word === 'acked' || /^\d+$/.test(word!)) {
      const sentAt = waiting.get(hash!)?.shift();
      if (sentAt === undefined) continue;
      answers.push({ sentAt, tookMs: Number(at) - sentAt, isYes: word === 'acked' });
    }
  }
  return answers;
}
