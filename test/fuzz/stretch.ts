import type { Random } from './random.ts';

/** Bytes of an input that shows whether the time grows faster than the input. */
export const LONG_BYTES = 100_000;

/**
 * A long input: one part of a short one many times. A parser that looks at the same bytes again and again shows it here.
 * The part is a byte, some bytes, a line, or all.
 */
export function stretch(input: Buffer, random: Random): Buffer {
  const [from, to] = choosePart(input, random);
  const part = input.subarray(from, to);
  const rest = input.length - part.length;
  const times = part.length === 0 ? 0 : Math.ceil((LONG_BYTES - rest) / part.length);
  const long = Buffer.alloc(Math.max(0, times * part.length), part);
  return Buffer.concat([input.subarray(0, from), long, input.subarray(to)]).subarray(0, LONG_BYTES);
}

function choosePart(input: Buffer, random: Random): [from: number, to: number] {
  const at = random.below(input.length);
  switch (random.below(4)) {
    case 0:
      return [at, at + 1];
    case 1:
      return [at, Math.min(input.length, at + 1 + random.below(16))];
    case 2: {
      const end = input.indexOf('\n', at);
      return [input.lastIndexOf('\n', at - 1) + 1, end < 0 ? input.length : end + 1];
    }
    default:
      return [0, input.length];
  }
}
