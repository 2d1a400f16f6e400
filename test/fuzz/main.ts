/** `npm run fuzz`: every parser of text that others write, against inputs that were made to break it. */
import { Command, InvalidArgumentError } from 'commander';
import { Coverage } from './coverage.ts';
import { removeFileTrees } from './file-tree.ts';
import { fuzz } from './loop.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import type { Target } from './target.ts';

interface Flags {
  readonly inputs: number;
  readonly seed: number;
  readonly only?: string;
  readonly failures: number;
}

const flags = new Command('fuzz')
  .description('Tries inputs on every parser of text that others write.')
  .option('--inputs <number>', 'how many, for all parsers together', parseNumber, 2_000_000)
  .option('--seed <number>', 'of the random numbers; the same ones come again', parseNumber, 1)
  .option('--only <name>', 'the parsers whose name holds this')
  .option('--failures <number>', 'end the fuzzing of a parser after so many', parseNumber, 1)
  .parse()
  .opts<Flags>();

try {
  process.exitCode = await run(flags);
} finally {
  removeFileTrees();
}

async function run({ inputs, seed, only = '', failures: mostFailures }: Flags): Promise<number> {
  const coverage = new Coverage();
  const { TARGETS } = await import('./targets.ts');
  const targets = TARGETS.filter(({ name }) => name.includes(only));
  const shares = targets.reduce((sum, target) => sum + shareOf(target), 0);
  const random = new Random(seed);
  const beganMs = performance.now();
  let tried = 0;
  let failed = 0;
  for (const target of targets) {
    const own = Math.ceil((inputs * shareOf(target)) / shares);
    const targetBeganMs = performance.now();
    const outcome = fuzz(target, own, { coverage, random, mostFailures });
    const seconds = (performance.now() - targetBeganMs) / 1_000;
    tried += outcome.inputs;
    failed += outcome.failures.length;
    print(
      [
        target.name.padEnd(24),
        `${outcome.inputs} inputs`.padStart(16),
        `${seconds.toFixed(1)} s`.padStart(8),
        `${outcome.kept} kept`.padStart(9),
        `100 kB in at most ${outcome.slowestMs.toFixed(1)} ms`,
      ].join(' '),
    );
    for (const failure of outcome.failures) {
      const { input, sentence } = shrink(failure, target);
      print(
        `  FAILED: ${sentence}\n  input: ${JSON.stringify(input.toString('latin1').slice(0, 2_000))}`,
      );
    }
  }
  coverage.stop();
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  print(`${tried} inputs in ${seconds} s with seed ${seed}, ${failed} failures`);
  return failed === 0 && targets.length > 0 ? 0 : 1;
}

function shareOf({ share = 1 }: Target): number {
  return share;
}

function parseNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
