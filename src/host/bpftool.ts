import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';

/** `feature probe` takes 0.3 s; on a machine that is busy, much longer. */
const TIMEOUT_MS = 20_000;

/** @throws UserError where it is not installed. */
export function requireBpftool(): string {
  const path = findExecutable('bpftool');
  if (path !== undefined) return path;
  throw new UserError('BPFTOOL_UNUSABLE', 'bpftool is not installed', {
    hint: 'apt-get install bpftool, or what your distribution calls it',
  });
}

/**
 * Ask bpftool for something.
 *
 * @param words - Behind `bpftool --json`.
 * @returns What its JSON holds. Who writes it is root, but which fields a version of it has is not known.
 * @throws UserError with its own words where it fails.
 */
export async function askBpftool(path: string, words: readonly string[]): Promise<unknown> {
  const { stdout, stderr, exitCode, timedOut } = await execa(path, ['--json', ...words], {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
    maxBuffer: 10_000_000,
    reject: false,
  });
  try {
    const answer: unknown = JSON.parse(stdout);
    const error =
      answer !== null && typeof answer === 'object' && 'error' in answer && answer.error;
    if (exitCode === 0 && !error) return answer;
    throw new Error(String(error));
  } catch (cause) {
    const said = timedOut ? `it took more than ${TIMEOUT_MS / 1_000} s` : firstLine(stderr, stdout);
    throw new UserError('BPFTOOL_UNUSABLE', `${path} ${words.join(' ')} failed: ${said}`, {
      hint: `see what it says: ${path} ${words.join(' ')}`,
      cause,
    });
  }
}

function firstLine(...texts: readonly string[]): string {
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
  return (lines[0] ?? 'it printed nothing').slice(0, 200);
}
