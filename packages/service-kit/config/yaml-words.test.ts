import { expect, it } from 'vitest';
import { parseYamlFile, parseYamlStream } from './yaml-file.ts';

const errorsOf = (text: string): readonly string[] => parseYamlFile('f', text).errors;

it.each([
  ['a tab', 'a:\n\tb: 1\n', '2:1 a tab indents this line: write spaces'],
  ['an open quote', 'a: 1\nb: "x\nc: 1\n', '2:4 the text that begins here has no closing "'],
  ["an open '", "a: 'it\nb: 1\n", "1:4 the text that begins here has no closing '"],
  [
    'a doubled key',
    'x:\n  a: 1\n  b: 2\n  a: 3\n',
    '4:3 "a" stands here twice, first at 2:3: keep one of them',
  ],
  ['a star', 'first: {high: 1 h, *: 2 h}\n', '1:20 a key that is a star has to stand in quotes'],
  ['a bound', 'target: >=90 %\n', '1:9 text that begins with > has to stand in quotes, as in ">…"'],
  ['an at sign', 'owner: @lead\n', '1:8 text that begins with @ has to stand in quotes'],
  ['no space', 'port:1\nhost: x\n', '1:1 there is no ": " here'],
  ['two colons', 'a: b: c\n', '1:4 a second ": " in one line'],
  ['an open list', 'a: [1, 2\nb: 3\n', '2:1 what was opened above has no closing "]"'],
  ['an open map', 'a: {b: 1\nc: 3\n', '2:1 what was opened above has no closing "}"'],
  ['a bracket too many', 'a: [1]]\n', '1:7 nothing is open that "]" could close'],
  ['another column', 'a:\n  b: 1\n c: 2\n', '3:1 this line begins in another column'],
  ['an item among keys', 'a: 1\n- b\n', '2:1 a list item stands where a key should'],
  ['an item in a line', 'a: - b\n', '1:4 a list item begins a line of its own'],
  ['a comma too few', 'a: {b: 1 c: 2}\n', '1:8 between { } and [ ] a comma parts'],
  ['a comma too many', 'a: {b: 1,, c: 2}\n', '1:10 there is nothing before this comma'],
  ['a backslash', 'a: "\\q"\n', '1:5 a backslash between double quotes'],
  ['text after quotes', 'a: "x" y\n', '1:8 more text than its quotes hold'],
  ['two documents', 'a: 1\n---\nb: 2\n', '2:1 "---" begins another document'],
  ['a name of nothing', 'a: 1\nb: *x\n', '2:4 nothing is called "&x"'],
  ['a key that is a list', '? [a]\n: 1\n', '1:3 a key is text'],
])('CONF-14 %s is told once, where it begins', (_, text, told) => {
  expect(errorsOf(text)).toEqual([expect.stringContaining(`f:${told}`)]);
});

it('CONF-14 each line is told of by itself, in every document of a file', () => {
  expect(errorsOf('a: 1\na: 2\nb: @x\n')).toHaveLength(2);
  const [fine, broken] = parseYamlStream('f', 'a: 1\n---\nb: {c: 1\nd: 2\n');
  expect(fine!.errors).toEqual([]);
  expect(broken!.errors).toEqual([expect.stringContaining('f:4:1 what was opened above')]);
});

it('CONF-14 names that stand for too much, and what is nested too deeply, end nothing', () => {
  const eight = (name: string): string => `[${Array(8).fill(`*${name}`).join(', ')}]`;
  const bomb = `a: &a [1, 1]\nb: &b ${eight('a')}\nc: &c ${eight('b')}\nd: ${eight('c')}\n`;
  expect(errorsOf(bomb)).toEqual(['f:1:1 names with * stand for too much: write it out']);
  expect(errorsOf('['.repeat(5_000))[0]).toContain('it is nested too deeply');
});
