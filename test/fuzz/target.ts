/** One parser of text that others write, and what must hold of its results. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with: what the parser is made for. */
  readonly seeds: readonly Buffer[];
  /** How many inputs it gets, in shares; 1 unless it is slow by nature or has much to find. */
  readonly share?: number;
  /** Bytes of the longest input that is tried often; 1,000 unless what the parser is made for is longer. */
  readonly longest?: number;
  /**
   * Parse an input, and look at the result.
   *
   * @throws UserError where the parser may refuse the input; anything else that is thrown is a failure.
   */
  run(input: Buffer): void;
}

/** A result that the parser's own types or comments rule out. */
export class OutOfBounds extends Error {}

/** @throws OutOfBounds unless it holds. */
export function claim(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new OutOfBounds(sentence);
}

/** @throws OutOfBounds unless this is a whole number from 0 on that a double holds exactly. */
export function claimCount(value: number, name: string): void {
  claim(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}, no count`);
}

/** @throws OutOfBounds unless each character is one byte. */
export function claimBytes(text: string, name: string): void {
  claim(/^[\0-\xff]*$/.test(text), `${name} is no byte string`);
}

/** An input as the byte string that most parsers take. */
export function textOf(input: Buffer): string {
  return input.toString('latin1');
}

/** Byte strings as seeds. */
export function seedsOf(texts: Iterable<string>): Buffer[] {
  return [...texts].map((text) => Buffer.from(text, 'latin1'));
}
