/** How long conversations take. */
import type { MetricDefinition } from '../definition.ts';
import { COMPANIONS, COUNT, FURTHER_METRICS, RESOLUTION_TIME } from './shapes.ts';

export const RESOLUTION: readonly MetricDefinition[] = [
  {
    ...RESOLUTION_TIME,
    id: 'average-resolution-time',
    label: 'Resolution',
    prose:
      'From the first customer message to the last close of what is still closed: the mean. A close after silence counts to the last message of the team.',
    formula: 'over resolved(W): last close - first customer message; the mean',
    owner: 'support-ops-manager',
    adds: { resolved: 'ms' },
  },
  {
    ...RESOLUTION_TIME,
    id: 'average-resolution-time-first',
    label: 'First resolution',
    prose: 'From the first customer message to the first close, whatever reopens later: the mean.',
    formula: 'over first closes in W: first close - first customer message; the mean',
    owner: 'support-ops-manager',
    adds: { closed: 'firstMs' },
  },
  {
    ...RESOLUTION_TIME,
    id: 'average-resolution-time-active',
    label: 'Active resolution',
    prose: 'As the resolution time, without the time on hold or snoozed.',
    formula: 'as average-resolution-time, less held time',
    owner: 'support-ops-manager',
    adds: { resolved: 'activeMs' },
  },
  {
    ...RESOLUTION_TIME,
    id: 'average-resolution-time-human',
    label: 'Human resolution',
    prose:
      'As the resolution time, from when a bot gave it to a person; only what a person wrote in.',
    formula:
      'as average-resolution-time, from the AI handoff if there was one; only with a human message',
    needs: ['ai'],
    owner: 'support-ops-manager',
    adds: { resolved: 'humanMs' },
    needsMessages: true,
  },
  {
    ...RESOLUTION_TIME,
    id: 'average-resolution-time-pylon',
    grade: 'E',
    label: 'Resolution, Pylon',
    prose:
      "Pylon's own seconds to the resolution, for comparison with the resolution time: the mean.",
    formula: "the vendor's seconds x 1000, over resolved(W); the mean",
    owner: 'support-ops-manager',
    adds: { resolved: 'vendorMs' },
  },
  {
    ...RESOLUTION_TIME,
    id: 'average-handle-time-estimated',
    grade: 'S',
    label: 'Handle time, estimated',
    prose:
      'What people are taken to have worked on a conversation that was resolved: for each thing they wrote the time since what was said before it or since they got it, at least 30 s and at most 10 min.',
    formula:
      'over resolved(W): sum over human messages and notes k of clamp(t_k - c_k, 30 s, 600 s); the mean',
    source: FURTHER_METRICS,
    owner: 'workforce-planner',
    adds: { resolved: 'handlingMs' },
    needsMessages: true,
    isWork: true,
  },
  {
    ...COUNT,
    id: 'handling-time-estimated',
    unit: 'ms',
    grade: 'S',
    better: 0,
    label: 'Handling, estimated',
    prose: 'What people are taken to have worked in the window, all of it.',
    formula: 'over worked(W): clamp(t_k - c_k, 30 s, 600 s), summed',
    source: COMPANIONS,
    owner: 'workforce-planner',
    adds: { worked: 'handlingMs' },
    needsMessages: true,
  },
];
