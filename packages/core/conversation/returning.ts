/** How long what becomes of a conversation may change: the X of metrics.md 1.4 and 3.1. */
import { DAY_MS } from '../time/instant.ts';

/** Later than that a customer who comes back has another matter. */
export const RETURN_DAYS = 7;
export const RETURN_CHAT_DAYS = 3;
/** Whether it is ever escalated. */
export const ESCALATION_DAYS = 28;

/** By the channel that the conversation began on. */
export const returnMs = (channel: string | null): number =>
  (channel === 'chat' ? RETURN_CHAT_DAYS : RETURN_DAYS) * DAY_MS;
