/** How this installation hashes text: what is kept under a hash must be found again. */
import { hash } from 'node:crypto';

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');
/** 32 hex of a text: what the folds call `hash`. */
export const hash32 = (text: string): string => sha256Hex(text).slice(0, 32);
