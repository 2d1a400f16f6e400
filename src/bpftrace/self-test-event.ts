import { assertDescriptorsLeft } from '../host/descriptors.ts';
import { CHILD_ENVIRONMENT } from '../host/environment.ts';
import { findExecutable } from '../host/executables.ts';
import { run } from '../host/run.ts';

/** `true` takes 1 ms, and far longer in an emulated machine on a busy host. */
const TRUE_TIMEOUT_MS = 30_000;

/** bash tries again for 15 s after a failed fork. It is ended after this time, when one fork has failed for certain. */
const SHELL_TIMEOUT_MS = 1_000;

/** The user nobody, who owns nothing and is not exempt from limits. */
const NOBODY = 65_534;

/**
 * Make one process that is created, executes, exits and is released.
 *
 * @returns Why it could not be made; `undefined` where it was.
 * @throws Error `EMFILE` or `ENFILE` where no descriptors are left.
 */
export async function runTrue(): Promise<string | undefined> {
  assertDescriptorsLeft();
  const options = { env: CHILD_ENVIRONMENT, timeoutMs: TRUE_TIMEOUT_MS };
  return (await run(findExecutable('true') ?? '/bin/true', [], options)).problem;
}

/**
 * Make one fork fail: a shell limits its user to no further process, and forks. Root is exempt from that limit, so that as
 * root the shell runs as nobody.
 *
 * @returns Why none failed; `undefined` where one did.
 */
export async function causeFailedFork(isRoot: boolean): Promise<string | undefined> {
  // The limit on processes is -p in dash and busybox, and -u in bash, where -p cannot be set.
  assertDescriptorsLeft();
  const script = 'ulimit -p 0 2>/dev/null || ulimit -u 0 || exit 3; : &';
  const { exitCode, problem } = await run('/bin/sh', ['-c', script], {
    env: CHILD_ENVIRONMENT,
    timeoutMs: SHELL_TIMEOUT_MS,
    endSignal: 'SIGKILL',
    ...(isRoot ? { user: { uid: NOBODY, gid: NOBODY } } : {}),
  });
  if (problem !== undefined) return `a shell of another user cannot be started (${problem})`;
  // It was killed.
  if (exitCode === undefined) return undefined;
  if (exitCode === 3) return 'the shell cannot limit its processes';
  return exitCode === 0 ? 'this machine lets a user exceed the limit on processes' : undefined;
}
