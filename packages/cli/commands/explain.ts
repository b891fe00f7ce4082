/** `sapwood explain`: what a value is made of, now or as it was known at an instant. */
import { unexplained } from '@sapwood/core/explained';
import { PAGE_PARTS_MAX, questionOf } from '@sapwood/core/explanation';
import { explainedValue } from '@sapwood/protocol/explained';
import { UserError } from '../exit.ts';
import { TOPOLOGY } from '../facts-fold.ts';
import { loadedConfig } from '../loaded.ts';
import { appOf } from '../setup.ts';
import { explainedLines } from './explain-lines.ts';
import { askedBy, type GetOptions, honestOf, seenAt } from './get.ts';
import { foldOf, print, withEngine } from './shared.ts';

export interface ExplainOptions extends GetOptions {
  readonly limit: string;
  readonly after?: string;
}

export async function explain(key: string, options: ExplainOptions): Promise<void> {
  const { cell, at } = askedBy(options);
  await withEngine(options, async (partitions, clock) => {
    const folded = await foldOf(partitions, clock, at, options.workspace);
    const { fold, off, id } = folded;
    const source = seenAt(folded, at);
    const value = honestOf(folded, key, cell, source);
    const { limit, after } = options;
    const question = questionOf({
      ...{ key, limit, after },
      ...{ window: value.window.code, clock: value.clock },
    });
    if (!question) {
      throw new UserError(
        `--limit is 1 to ${PAGE_PARTS_MAX}, --after what the page before ended with.`,
      );
    }
    const why = unexplained(question);
    if (why !== null) throw new UserError(why);
    const explained = explainedValue({
      explanation: fold.explain(id, question)!,
      version: { topology: TOPOLOGY, offset: off },
      source,
      labels: new Map(),
      app: appIn(options.config, id),
    });
    if (options.json) print(explained, true);
    else process.stdout.write(`${explainedLines(explained).join('\n')}\n`);
  });
}

/** An embedded store does not say whose it is. */
function appIn(file: string | undefined, workspace: string): string | null {
  if (file === undefined) return null;
  return appOf(workspace, loadedConfig({ file }).config).app ?? null;
}
