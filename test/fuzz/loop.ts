import type { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import { stretch } from './stretch.ts';
import type { Target } from './target.ts';
import { type Failure, Judge } from './verdict.ts';

/** Inputs between two looks at the coverage, which cost as much as some hundred of them. */
const BATCH = 256;

/** Of so many inputs one is long. */
const LONG_EVERY = 1_000;

const LONGEST_BYTES = 1_000;

/** What came of one target. */
export interface Outcome {
  readonly inputs: number;
  /** Inputs that reached something new, the seeds among them. */
  readonly kept: number;
  readonly failures: readonly Failure[];
  /** See `Judge.slowestMs`. */
  readonly slowestMs: number;
}

/**
 * Try inputs that are made of the seeds, and of every input that reached new code. Ends early after so many failures.
 *
 * @param inputs - How many.
 */
export function fuzz(
  target: Target,
  inputs: number,
  { coverage, random, mostFailures }: { coverage: Coverage; random: Random; mostFailures: number },
): Outcome {
  const judge = new Judge(target);
  const corpus = [...target.seeds];
  const failures: Failure[] = [];
  const longest = target.longest ?? LONGEST_BYTES;
  let tried = 0;
  let batch: readonly Buffer[] = target.seeds.flatMap((seed) => [seed, stretch(seed, random)]);
  while (tried < inputs && failures.length < mostFailures) {
    const failure = judge.judge(batch);
    if (failure !== undefined) failures.push(failure);
    tried += batch.length;
    const reading = coverage.readNew();
    if (reading.length > 0) {
      corpus.push(...findNew(batch, judge, coverage));
      // What only the inputs before it made possible, as by a cache, comes again with no single one.
      coverage.add(reading);
    }
    batch = Array.from({ length: Math.min(BATCH, inputs - tried) }, () => {
      const input = mutate(choose(corpus, random), corpus, random, longest);
      return random.below(LONG_EVERY) === 0 ? stretch(input, random) : input;
    });
  }
  return { inputs: tried, kept: corpus.length, failures, slowestMs: judge.slowestMs };
}

/** Inputs found last lead on more often. */
function choose(corpus: readonly Buffer[], random: Random): Buffer {
  const isAny = random.below(2) === 0;
  return random.pick(isAny ? corpus : corpus.slice(-Math.ceil(corpus.length / 4)));
}

/** The inputs of a batch that reach something new, by halving it. */
function findNew(inputs: readonly Buffer[], judge: Judge, coverage: Coverage): Buffer[] {
  judge.judge(inputs);
  const reading = coverage.readNew();
  if (reading.length === 0) return [];
  if (inputs.length === 1) {
    coverage.add(reading);
    return [...inputs];
  }
  const half = inputs.length / 2;
  return [
    ...findNew(inputs.slice(0, half), judge, coverage),
    ...findNew(inputs.slice(half), judge, coverage),
  ];
}
