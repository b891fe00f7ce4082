/** What REST and the command line show of an explanation: with the state of the sources, and links. */
import type { ConversationRef, Explanation, Part } from '@sapwood/core/explanation';
import type { HonestState, SourceState } from './honest.ts';

/** Where a person finds the conversation with the vendor; null: not known. */
export interface LinkedConversation extends ConversationRef {
  readonly link: string | null;
}

/** What is of no conversation. */
type Alone = { readonly part: 'cost' | 'score' };

export type ExplainedPart =
  | Extract<Part, Alone>
  | (Exclude<Part, Alone> & { readonly conversation: LinkedConversation });

export interface ExplainedValue extends Omit<Explanation, 'parts' | 'state' | 'workspace'> {
  readonly version: { readonly topology: number; readonly offset: number };
  /** As the honest value has it: null while a source is silent, whatever was published. */
  readonly value: number | null;
  readonly state: HonestState;
  readonly watermark: number | null;
  readonly lagMs: number | null;
  readonly parts: readonly ExplainedPart[];
  /** `team/id` to name, of those named in the parts. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExplainedInput {
  readonly explanation: Explanation;
  readonly version: ExplainedValue['version'];
  readonly source: SourceState;
  readonly labels: ReadonlyMap<string, string>;
  /** Address of the vendor's app; null: not known. */
  readonly app: string | null;
}

export function explainedValue(input: ExplainedInput): ExplainedValue {
  const { version, source, app } = input;
  const { workspace: _workspace, parts, reasons, ...explanation } = input.explanation;
  const state = explanation.state === 'unknown' ? 'unknown' : (source.state ?? explanation.state);
  return {
    ...explanation,
    version,
    value: state === 'unknown' ? null : explanation.published.value,
    state,
    reasons: [...new Set([...source.reasons, ...reasons])],
    watermark: source.watermark,
    lagMs: source.lagMs,
    parts: parts.map((part) => linked(part, app)),
    labels: labelsIn(parts, input.labels),
  };
}

function linked(part: Part, app: string | null): ExplainedPart {
  if (part.part === 'cost' || part.part === 'score') return part;
  const { number } = part.conversation;
  const isKnown = app !== null && number !== null;
  const link = isKnown ? `${app}/issues?issueNumber=${number}` : null;
  return { ...part, conversation: { ...part.conversation, link } };
}

function labelsIn(
  parts: readonly Part[],
  labels: ReadonlyMap<string, string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of parts) {
    for (const { team } of part.part === 'counted' ? part.events : []) {
      const name = labels.get(`team/${team}`);
      if (name !== undefined) found[`team/${team}`] = name;
    }
  }
  return found;
}
