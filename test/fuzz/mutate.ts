import type { Random } from './random.ts';

/** What stands at the edges of numbers, and between the words of the formats that we read. */
const TOKENS = [
  ...['', '0', '-1', '1', '255', '256', '65535', '2147483648', '4294967295', '4294967296'],
  ...['9007199254740993', '9223372036854775808', '18446744073709551616', '1e999', '0x10', '010'],
  ...[
    'NaN',
    'max',
    '-0',
    '1.5',
    '__proto__',
    'null',
    'true',
    '[]',
    '{}',
    '99999999999999999999999',
  ],
  ...[
    '\n',
    '\r\n',
    '\t',
    ' ',
    '  ',
    '\0',
    ',',
    ':',
    '/',
    '..',
    '=',
    '#',
    '*',
    "'",
    '"',
    '\\',
    ')',
    '(',
  ],
  ...[
    '\xff',
    '\xc3\xa9',
    '\xe2\x80\xa8',
    '\xef\xbb\xbf',
    '\x1b[2J',
    '\\u0000',
    '\\uffffffc3',
    '\\040',
  ],
].map((token) => Buffer.from(token, 'latin1'));

/** Numbers that a field of a binary format trips over. */
const WORDS = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Changes an input in one place. @param other - Another input of the corpus. */
type Mutation = (input: Buffer, other: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setWord,
  removePart,
  repeatPart,
  insertToken,
  replacePart,
  insertPart,
  replaceNumber,
  joinHalves,
];

/** An input made of one of the corpus by a few changes, mostly one or two. */
export function mutate(
  input: Buffer,
  corpus: readonly Buffer[],
  random: Random,
  longest: number,
): Buffer {
  let mutated: Buffer = input;
  do {
    mutated = random.pick(MUTATIONS)(mutated, random.pick(corpus), random);
  } while (random.below(2) === 0);
  return mutated.length > longest ? mutated.subarray(0, longest) : mutated;
}

function flipBit(input: Buffer, _: Buffer, random: Random): Buffer {
  const mutated = Buffer.from(input);
  const at = random.below(input.length);
  if (at < mutated.length) mutated[at] = (mutated[at] ?? 0) ^ (1 << random.below(8));
  return mutated;
}

function setByte(input: Buffer, _: Buffer, random: Random): Buffer {
  const mutated = Buffer.from(input);
  if (mutated.length > 0) mutated[random.below(mutated.length)] = random.below(256);
  return mutated;
}

function setWord(input: Buffer, _: Buffer, random: Random): Buffer {
  if (input.length < 4) return input;
  const mutated = Buffer.from(input);
  mutated.writeUInt32LE(random.pick(WORDS), random.below(Math.floor(mutated.length / 4)) * 4);
  return mutated;
}

function removePart(input: Buffer, _: Buffer, random: Random): Buffer {
  const [from, to] = choosePart(input, random);
  return splice(input, from, to);
}

function repeatPart(input: Buffer, _: Buffer, random: Random): Buffer {
  const [from, to] = choosePart(input, random);
  const part = input.subarray(from, to);
  return splice(input, to, to, ...Array.from({ length: 1 + random.below(8) }, () => part));
}

function insertToken(input: Buffer, _: Buffer, random: Random): Buffer {
  const at = random.below(input.length + 1);
  return splice(input, at, at, random.pick(TOKENS));
}

function replacePart(input: Buffer, _: Buffer, random: Random): Buffer {
  const [from, to] = choosePart(input, random);
  return splice(input, from, to, random.pick(TOKENS));
}

function insertPart(input: Buffer, other: Buffer, random: Random): Buffer {
  const at = random.below(input.length + 1);
  return splice(input, at, at, other.subarray(...choosePart(other, random)));
}

function replaceNumber(input: Buffer, other: Buffer, random: Random): Buffer {
  let from = random.below(input.length);
  while (from < input.length && !isDigit(input[from])) from += 1;
  if (from === input.length) return insertToken(input, other, random);
  let to = from;
  while (isDigit(input[to])) to += 1;
  return splice(input, from, to, random.pick(TOKENS));
}

function joinHalves(input: Buffer, other: Buffer, random: Random): Buffer {
  return Buffer.concat([
    input.subarray(0, random.below(input.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ]);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Short parts are chosen more often. */
function choosePart(input: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(input.length);
  const most = random.below(2) === 0 ? 8 : input.length - from;
  return [from, Math.min(input.length, from + 1 + random.below(most))];
}

function splice(input: Buffer, from: number, to: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([input.subarray(0, from), ...parts, input.subarray(to)]);
}
