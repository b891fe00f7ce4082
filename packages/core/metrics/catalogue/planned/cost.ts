/** Cost against the time that work takes. */
import { ALL_DIMS } from '../shapes.ts';
import { MONEY, type Planned, TIME } from './shapes.ts';

export const COST_PLANNED: readonly Planned[] = [
  {
    ...MONEY,
    id: 'cost-per-handling-hour',
    unit: 'micro/h',
    better: -1,
    grade: 'S',
    dimsLater: ALL_DIMS,
    label: 'Cost per hour',
    prose: 'Cost of the window over the hours that people handled conversations in it.',
    formula: 'cost(W) / H(W), H = handling time in W',
    needs: ['costs'],
    owner: 'finance-partner',
  },
  {
    ...TIME,
    id: 'handling-time-per-contact',
    grade: 'S',
    label: 'Handling per contact',
    prose: 'Handling time of the window over the contacts handled in it.',
    formula: 'H(W) / handled(W), H = handling time in W',
    needs: [],
    owner: 'support-ops-manager',
  },
];
