import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readVersionAnswer, type VersionAnswer } from '../../src/host/bpftrace-version.ts';

const PATH = '/usr/bin/bpftrace';

function answer(different: Partial<VersionAnswer>): VersionAnswer {
  return { stdout: '', stderr: '', exitCode: 0, failure: undefined, ...different };
}

function problemOf(different: Partial<VersionAnswer>): UserError {
  try {
    readVersionAnswer(PATH, answer(different));
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('it was taken');
}

test.each([
  ['bpftrace v0.17.0\n', '0.17.0', 17],
  ['bpftrace v0.23.2-1-gabcdef\n', '0.23.2-1-gabcdef', 23],
  ['some warning\nbpftrace v0.27.1\n', '0.27.1', 27],
])('%j is taken', (stdout, version, minor) => {
  expect(readVersionAnswer(PATH, answer({ stdout }))).toEqual({
    path: PATH,
    version,
    major: 0,
    minor,
  });
});

test.each([
  '',
  'hello',
  'bpftrace v0',
  'bpftrace v.17',
  ' bpftrace v0.17',
  'bpftrace v0.9237203685477580',
])('%j is no version', (stdout) => {
  expect(problemOf({ stdout }).code).toBe('BPFTRACE_UNUSABLE');
});

describe('what will not do is called what it is', () => {
  test.each<[string, Partial<VersionAnswer>, string, RegExp]>([
    [
      'a library that is missing (glibc)',
      {
        exitCode: 127,
        stderr: `${PATH}: error while loading shared libraries: libbcc.so.0: cannot open shared object file: No such file or directory\n`,
      },
      `${PATH} does not start: error while loading shared libraries: libbcc.so.0: cannot open shared object file: No such file or directory`,
      /^install the libraries that it lacks, .* ldd \/usr\/bin\/bpftrace /,
    ],
    [
      'a library that is missing (musl)',
      {
        exitCode: 127,
        stderr: `Error loading shared library libbcc.so.0: No such file or directory (needed by ${PATH})\n`,
      },
      `${PATH} does not start: Error loading shared library libbcc.so.0: No such file or directory (needed by ${PATH})`,
      /ldd/,
    ],
    [
      'a library that is too old',
      {
        exitCode: 1,
        stderr: `${PATH}: /lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.38' not found (required by ${PATH})\n`,
      },
      `${PATH} does not start: /lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.38' not found (required by ${PATH})`,
      /the distribution's bpftrace/,
    ],
    [
      'one that has no word for it',
      {
        exitCode: 1,
        stderr:
          "bpftrace: unrecognized option '--version'\nUSAGE:\n    bpftrace [options] filename\n    bpftrace [options] -e 'program'\n",
      },
      `${PATH} is a bpftrace that knows no --version, and 0.11 or later is needed`,
      /^install it: /,
    ],
    [
      'one that is too old',
      { stdout: 'bpftrace v0.9.4\n' },
      `${PATH} is bpftrace 0.9.4, and 0.11 or later is needed`,
      /^install it: /,
    ],
    [
      'one that was built without its version',
      { stdout: 'bpftrace unknown\n' },
      `which bpftrace ${PATH} is, is not known: --version printed "bpftrace unknown"`,
      /^take one whose version is known/,
    ],
    [
      'something else',
      { stdout: 'hello\n' },
      `${PATH} is not bpftrace: --version printed "hello"`,
      /^install it: /,
    ],
    [
      'a program that prints nothing',
      {},
      `${PATH} is not bpftrace: --version printed nothing`,
      /./,
    ],
    [
      'a program of another machine',
      { exitCode: undefined, failure: 'ENOEXEC' },
      `${PATH} --version failed (ENOEXEC)`,
      /^see what it says by hand/,
    ],
    [
      'a program that crashes',
      { exitCode: undefined, failure: 'SIGSEGV', stderr: 'boom\u001b[31m\n' },
      `${PATH} --version failed (SIGSEGV): boom?[31m`,
      /^see what it says by hand/,
    ],
  ])('%s', (_, different, message, hint) => {
    const problem = problemOf(different);
    expect([problem.code, problem.message]).toEqual(['BPFTRACE_UNUSABLE', message]);
    expect(problem.hint).toMatch(hint);
  });
});

test.each(['EAGAIN', 'ENOMEM', 'EMFILE', 'SIGKILL', 'timed out'])('%s may pass', (failure) => {
  expect(problemOf({ exitCode: undefined, failure }).code).toBe('TRACER_ENDED');
});
