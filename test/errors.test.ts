import { expect, test } from 'vitest';
import { type ErrorCode, mayPass, UserError } from '../src/errors.ts';

test.each<[ErrorCode, boolean]>([
  ['TRACER_ENDED', true],
  ['TRACER_SILENT', true],
  ['NOT_ROOT', false],
  ['BPFTRACE_MISSING', false],
  ['NOTHING_TO_ATTACH', false],
  ['PROGRAM_REJECTED', false],
])('%s may pass: %s', (code, passes) => {
  expect(mayPass(new UserError(code, 'x'))).toBe(passes);
});

test.each([
  ['EAGAIN', true],
  ['ENOMEM', true],
  ['EMFILE', true],
  ['ENFILE', true],
  ['EACCES', false],
])('an error of the system that says %s may pass: %s', (code, passes) => {
  expect(mayPass(Object.assign(new Error('x'), { code }))).toBe(passes);
});

test('a bug does not', () => {
  expect(mayPass(new TypeError('x is not iterable'))).toBe(false);
});
