/** What metrics mean: read by details alone, and so no part of what a wall loads. */
import { metricDefinition } from '@sapwood/core/catalogue';

export const proseOf = (id: string): string => metricDefinition(id)?.prose ?? '';
