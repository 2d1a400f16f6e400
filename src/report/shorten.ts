import { columnsOf, widthOf } from './wrap.ts';

/**
 * How much of a name that is cut stands before the cut: the first of these by which all names stay distinct. Both ends of a
 * path tell something.
 */
const FRONTS = [1 / 2, 1 / 4, 3 / 4, 0, 1] as const;

/** Names of one column of a table: long ones are cut in a place where they differ, else they are numbered. */
export function shortenAll(names: readonly string[], columns: number): string[] {
  const different = new Set(names).size;
  for (const front of FRONTS) {
    const short = names.map((name) => cut(name, columns, front));
    if (new Set(short).size === different) return short;
  }
  return number(names, columns);
}

/** The same name has the same number. */
function number(names: readonly string[], columns: number): string[] {
  const numbers = new Map<string, number>();
  return names.map((name) => {
    if (widthOf(name) <= columns) return name;
    const known = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, known);
    const mark = `~${known}`;
    return `${cut(name, columns - mark.length, 1)}${mark}`;
  });
}

function cut(name: string, columns: number, front: number): string {
  if (widthOf(name) <= columns) return name;
  const before = Math.floor((columns - 1) * front);
  const characters = [...name];
  const start = take(characters, before);
  const end = take([...characters].reverse(), columns - 1 - widthOf(start));
  return `${start}…${[...end].reverse().join('')}`;
}

/** As many of the first characters as fit. */
function take(characters: readonly string[], columns: number): string {
  let text = '';
  let left = columns;
  for (const character of characters) {
    left -= columnsOf(character);
    if (left < 0) break;
    text += character;
  }
  return text;
}
