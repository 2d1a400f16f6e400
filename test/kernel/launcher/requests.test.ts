import { afterAll, expect, test } from 'vitest';
import { addProgram, ask, openLab, refusal, requestFor, SANITIZED, toHash } from './lab.ts';

const lab = openLab(SANITIZED);
afterAll(() => lab.remove());

const good = addProgram(lab, 'echo "{\\"ran\\": \\"$*\\"}"; exit 7\n');
const hash = toHash('echo "{\\"ran\\": \\"$*\\"}"; exit 7\n');

test('a request runs bpftrace with fixed words, the numbers of the request behind them', async () => {
  const answer = await ask([lab.launcher], good);
  expect(answer).toEqual({
    output: `{"ran": "-f json -I ${lab.directory}/probes/include /proc/self/fd/3 1700000000000000000 1000000000"}\n\n{"type": "ended", "data": "exit code 7"}\n`,
    exitCode: 7,
  });
});

test('a program that asks for it gets the list of traceable functions', async () => {
  const request = addProgram(lab, '// --traceable-functions\n2>/dev/null; echo "$*"\n');
  const { output } = await ask([lab.launcher], request);
  expect(output).toContain(
    `-I ${lab.directory}/probes/include --traceable-functions ${lab.directory}/probes/traceable-functions /proc/self/fd/3 1700000000000000000 1000000000\n`,
  );
});

test.each([
  ['a name in capitals', requestFor(hash.toUpperCase())],
  ['a path for a name', requestFor(`../../${'e'.repeat(58)}`)],
  ['a short name', requestFor(hash.slice(1))],
  ['a long name', requestFor(`${hash}0`)],
  ['another verb', good.replace('run', 'exec')],
  ['another version', good.replace('run 1', 'run 2')],
  ['a leading space', ` ${good}`],
  ['two spaces', good.replace('run 1', 'run  1')],
  ['a tab', good.replace(' 1 ', '\t1 ')],
  ['a carriage return', good.replace('\n', '\r\n')],
  ['a word too many', good.replace('\n', ' 1\n')],
  ['a word too few', good.replace(' 4096', '')],
  ['a negative offset', good.replace('17000', '-17000')],
  ['an offset of 20 digits', good.replace('17000', '1170000')],
  ['an offset beyond 64 bits', good.replace('1700000000000000000', '9223372036854775808')],
  ['an octal period', good.replace(' 1000000000 ', ' 0100000000 ')],
  ['a period of nothing', good.replace(' 1000000000 ', ' 0 ')],
  ['a period of 10 ms', good.replace(' 1000000000 ', ' 10000000 ')],
  ['a period of 2 s', good.replace(' 1000000000 ', ' 2000000000 ')],
  ['no keys', good.replace('4096', '0')],
  ['more keys than a table can hold', good.replace('4096', '4194305')],
  ['keys with an option', good.replace('4096', '4096 --unsafe')],
  ['keys with a program', good.replace('4096', '4096;')],
  ['a zero byte', good.replace('4096', '4096\0')],
  ['a zero byte before', `\0${good}`],
  ['a second line', `${good}${good}`],
  ['nothing but a line break', '\n'],
  ['201 bytes', `${good.slice(0, -1)}${' '.repeat(201 - good.length)}\n`],
  ['100 kB', 'a'.repeat(100_000)],
  ['bytes that are no text', '\x80\xff\xfe\n'],
  ['a format', '%n%n%n%s%s%s\n'],
])('%s is not a request', async (_, request) => {
  expect(await ask([lab.launcher], request)).toEqual(refusal('this is not a request'));
});

test.each([['--help'], ['-e'], ['']])('the argument %o is refused', async (argument) => {
  const refused = refusal('the launcher takes no arguments');
  expect(await ask([lab.launcher, argument], good)).toEqual(refused);
});

test('a request that does not come whole within 2 s is refused', async () => {
  const began = performance.now();
  const answer = await ask([lab.launcher], good.slice(0, -1));
  expect(answer).toEqual(refusal('no request came within 2 s'));
  expect(performance.now() - began).toBeGreaterThan(1_900);
});

test('an input that ends without a request is refused', async () => {
  const answer = await ask([lab.launcher], good, { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(answer).toEqual(refusal('no request came'));
});
