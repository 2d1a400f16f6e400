import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { Coverage } from './coverage.ts';
import { fuzz, type Outcome } from './loop.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import { claim, seedsOf, type Target, textOf } from './target.ts';
import { Judge } from './verdict.ts';

const coverage = new Coverage('/test/fuzz/planted-bug');
const { parsePlanted } = await import('./planted-bug.ts');

afterAll(() => coverage.stop());

function run(target: Target, inputs: number): Outcome {
  return fuzz(target, inputs, { coverage, random: new Random(1), mostFailures: 1 });
}

function buildTarget(parse: (text: string) => unknown, seed = 'x'): Target {
  return { name: 'planted', seeds: seedsOf([seed]), run: (input) => void parse(textOf(input)) };
}

test('a failure behind four blocks is found, because each of them is new', () => {
  const target = buildTarget(parsePlanted);
  const { failures, kept } = run(target, 100_000);
  expect(failures[0]?.sentence).toContain('found');
  expect(kept).toBeGreaterThanOrEqual(4);
  const { input } = shrink(failures[0] ?? expect.fail(), target);
  expect([...textOf(input)].sort()).toEqual(['#', ')', '*', '=']);
});

test('of the first inputs every other one is long', () => {
  const lengths: number[] = [];
  run(
    buildTarget((text) => lengths.push(text.length), 'ab'),
    2,
  );
  expect(lengths.slice(0, 2)).toEqual([2, 100_000]);
});

test('an input that takes long for its length is told', () => {
  const judge = new Judge(buildTarget((text) => burnCpu(text.length / 500)));
  expect(judge.judge([Buffer.alloc(20_000)])?.sentence).toMatch(
    /^20000 bytes took \d+\.\d ms, more than 20\.0$/,
  );
});

test('a refusal in words for the user is no failure', () => {
  const refuse = () => {
    throw new UserError('USAGE', 'no');
  };
  expect(run(buildTarget(refuse), 100)).toMatchObject({ failures: [], inputs: 100 });
});

test('a result out of its bounds is one', () => {
  const judge = new Judge(buildTarget((text) => claim(text !== 'y', 'it is y')));
  expect(judge.judge(seedsOf(['x', 'y', 'z']))).toMatchObject({
    input: Buffer.from('y'),
    sentence: expect.stringContaining('it is y'),
  });
});

test('an input that does not end is stopped, and told', () => {
  const hang = (text: string) => {
    while (text === 'x');
  };
  const judge = new Judge(buildTarget(hang), 200);
  expect(judge.judge(seedsOf(['', 'x']))).toEqual({
    input: Buffer.from('x'),
    sentence: 'it took more than 200 ms',
  });
});

/** Takes so long of our own CPU, whoever runs beside us. */
function burnCpu(ms: number): void {
  const before = process.cpuUsage();
  for (let spent = 0; spent < ms; ) {
    const { user, system } = process.cpuUsage(before);
    spent = (user + system) / 1_000;
  }
}
