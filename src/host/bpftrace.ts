import { UserError } from '../errors.ts';
import { INSTALL_HINT, readVersionAnswer, type VersionAnswer } from './bpftrace-version.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable, isExecutable } from './executables.ts';
import type { BpftraceFacts } from './facts.ts';
import { run } from './run.ts';

/** `bpftrace --version` takes 35-60 ms, and up to 4 s in an emulated machine on a busy host. */
const VERSION_TIMEOUT_MS = 30_000;

/**
 * Find bpftrace and ask it for its version.
 *
 * @param path - Absolute path to use; `undefined` looks in the system's own directories.
 * @throws UserError `BPFTRACE_MISSING` where there is none, and as `readVersionAnswer` does.
 */
export async function readBpftraceFacts(path: string | undefined): Promise<BpftraceFacts> {
  const found = path ?? findExecutable('bpftrace');
  if (found === undefined) {
    throw new UserError('BPFTRACE_MISSING', 'bpftrace is not installed', { hint: INSTALL_HINT });
  }
  if (!isExecutable(found)) {
    throw new UserError('BPFTRACE_MISSING', `${found} is not an executable file`, {
      hint: INSTALL_HINT,
    });
  }
  return readVersionAnswer(found, await askVersion(found));
}

async function askVersion(path: string): Promise<VersionAnswer> {
  const { stdout, stderr, exitCode, signal, timedOut, problem } = await run(path, ['--version'], {
    env: CHILD_ENVIRONMENT,
    timeoutMs: VERSION_TIMEOUT_MS,
  });
  // `spawn /usr/bin/bpftrace EACCES`
  const code = problem?.split(' ').at(-1);
  const failure = timedOut ? 'timed out' : exitCode === undefined ? (signal ?? code) : undefined;
  return { stdout, stderr, exitCode, failure };
}
