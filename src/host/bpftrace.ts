import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable, isExecutable } from './executables.ts';
import type { BpftraceFacts } from './facts.ts';

/** `bpftrace --version` takes 35-60 ms, and up to 4 s in an emulated machine on a busy host. */
const VERSION_TIMEOUT_MS = 30_000;

const INSTALL_HINT =
  'install it: apt-get install bpftrace (Debian, Ubuntu), dnf install bpftrace (Fedora, RHEL), apk add bpftrace (Alpine)';

/**
 * Find bpftrace and ask it for its version.
 *
 * @param path - Absolute path to use; `undefined` looks in the system's own directories.
 * @throws UserError `BPFTRACE_MISSING` where there is none, `BPFTRACE_UNUSABLE` where it does not say its version.
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
  return parseVersion(found, await printVersion(found));
}

/**
 * @param printed - What `bpftrace --version` printed.
 * @throws UserError `BPFTRACE_UNUSABLE` where that is no version.
 */
export function parseVersion(path: string, printed: string): BpftraceFacts {
  const match = /^bpftrace v(\d{1,6})\.(\d{1,6})(?!\d)(\S*)/m.exec(printed);
  if (!match?.[1] || !match[2]) {
    const words = printed.trim().split('\n')[0]?.slice(0, 80) ?? '';
    throw new UserError(
      'BPFTRACE_UNUSABLE',
      `${path} is not bpftrace: --version printed ${words === '' ? 'nothing' : JSON.stringify(words)}`,
      { hint: INSTALL_HINT },
    );
  }
  return {
    path,
    version: `${match[1]}.${match[2]}${match[3] ?? ''}`,
    major: Number(match[1]),
    minor: Number(match[2]),
  };
}

async function printVersion(path: string): Promise<string> {
  try {
    const { stdout } = await execa(path, ['--version'], {
      env: CHILD_ENVIRONMENT,
      extendEnv: false,
      cwd: '/',
      stdin: 'ignore',
      timeout: VERSION_TIMEOUT_MS,
      maxBuffer: 10_000,
    });
    return stdout;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError('BPFTRACE_UNUSABLE', `${path} does not start: ${reason}`, {
      hint: 'run it by hand with --version; reinstall it if that fails too',
      cause: error,
    });
  }
}
