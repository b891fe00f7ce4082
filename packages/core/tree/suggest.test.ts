import { expect, it } from 'vitest';
import { METRIC_IDS } from '../metrics/sheets.ts';
import { didYouMean, nearest } from './suggest.ts';

const WORDS = ['urgent', 'high', 'medium', 'low'];

it('TREE-33 a hint is near: a third of the letters at most, never more than three', () => {
  const near = (word: string): string | null => nearest(word, WORDS);
  // One letter of three, two of six; neighbours exchanged are one.
  expect(['lov', 'urgnt', 'mediun', 'hihg', 'HIGH'].map(near)).toEqual([
    ...['low', 'urgent', 'medium', 'high', 'high'],
  ]);
  expect(['lo', 'hi', 'x', 'normal', 'hugo', 'uregt!'].map(near)).toEqual(Array(6).fill(null));
  expect(nearest('a-very-long-name-of-it', ['a-very-long-name-at-xx'])).toBeNull();
  expect(nearest('a-very-long-name-of-it', ['a-very-long-nam-of-xx'])).toBe(
    'a-very-long-nam-of-xx',
  );
});

it('TREE-33 of metrics the one that is meant, or none at all', () => {
  expect(didYouMean('first-respons-tmie', METRIC_IDS)).toBe(
    ' - did you mean "first-response-time"?',
  );
  expect(didYouMean('contacts-per-cost', METRIC_IDS)).toBe('');
  expect(didYouMean('profit', METRIC_IDS)).toBe('');
});
