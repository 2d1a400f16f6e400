import { afterAll, describe, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { fc } from '../property.ts';
import { removeFileTrees } from './file-tree.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

afterAll(removeFileTrees);

/** The fuzzer has millions of inputs for this; these find what breaks at once, and fast-check shortens it. */
const RUNS = 25;

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_, target) => {
  test('takes what it is made for', () => {
    for (const seed of target.seeds) run(target, seed);
  });

  test('takes anything else, or says what the user can do', () => {
    const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    const anyChange = fc
      .tuple(fc.constantFrom(...target.seeds), fc.nat())
      .map(([seed, number]) => mutate(seed, target.seeds, new Random(number), 2_000));
    fc.assert(
      fc.property(fc.oneof(anyBytes, anyChange), (input) => run(target, input)),
      { numRuns: RUNS },
    );
  });
});

function run(target: Target, input: Buffer): void {
  try {
    target.run(input);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
