import { UserError } from '../errors.ts';
import { type BpftraceFacts, isAtLeast } from './facts.ts';

export const INSTALL_HINT =
  'install it: apt-get install bpftrace (Debian, Ubuntu), dnf install bpftrace (Fedora, RHEL), apk add bpftrace (Alpine)';

/** The oldest that was tried. */
const OLDEST = { major: 0, minor: 11 };

/** How `bpftrace --version` ended. */
export interface VersionAnswer {
  readonly stdout: string;
  readonly stderr: string;
  /** `undefined` where a signal ended it, or where it did not start. */
  readonly exitCode: number | undefined;
  /** `ENOEXEC`, `SIGSEGV`, `timed out`; `undefined` where there is an exit code. */
  readonly failure: string | undefined;
}

/**
 * What a bpftrace is, by what it answers to `--version`.
 *
 * @throws UserError `TRACER_ENDED` where that may pass; `BPFTRACE_UNUSABLE` where this is no bpftrace that will do.
 */
export function readVersionAnswer(path: string, answer: VersionAnswer): BpftraceFacts {
  const { stdout, stderr, exitCode, failure } = answer;
  const [, major, minor, rest] = /^bpftrace v(\d{1,6})\.(\d{1,6})(?!\d)(\S*)/m.exec(stdout) ?? [];
  if (exitCode === 0 && major !== undefined && minor !== undefined) {
    const version = `${major}.${minor}${rest ?? ''}`;
    const facts = { path, version, major: Number(major), minor: Number(minor) };
    if (isAtLeast(facts, OLDEST.major, OLDEST.minor)) return facts;
    throw unusable(`${path} is bpftrace ${version}, and 0.11 or later is needed`, INSTALL_HINT);
  }
  if (failure !== undefined && MAY_PASS.test(failure)) {
    throw new UserError('TRACER_ENDED', `${path} --version could not be run: ${failure}`, {
      hint: 'try again; see whether this machine is out of memory or processes: dmesg | tail',
    });
  }
  const words = firstLine(stderr) || firstLine(stdout);
  if (LACKS_LIBRARY.test(stderr)) {
    throw unusable(
      `${path} does not start: ${words.replace(`${path}: `, '')}`,
      `install the libraries that it lacks, or take the distribution's bpftrace: ldd ${path} names those that are not found`,
    );
  }
  // 0.8 and before have no word for it, and explain how to use them.
  if (/^USAGE:[^\S\n]*\n\s*bpftrace /m.test(`${stdout}\n${stderr}`)) {
    throw unusable(
      `${path} is a bpftrace that knows no --version, and 0.11 or later is needed`,
      INSTALL_HINT,
    );
  }
  if (/^bpftrace\b/.test(stdout)) {
    throw unusable(
      `which bpftrace ${path} is, is not known: --version printed ${JSON.stringify(firstLine(stdout))}`,
      `take one whose version is known, 0.11 or later; ${INSTALL_HINT}`,
    );
  }
  if (exitCode !== 0) {
    const how = failure ?? `exit code ${exitCode}`;
    throw unusable(
      `${path} --version failed (${how})${words === '' ? '' : `: ${words}`}`,
      `see what it says by hand: ${path} --version`,
    );
  }
  throw unusable(
    `${path} is not bpftrace: --version printed ${words === '' ? 'nothing' : JSON.stringify(words)}`,
    INSTALL_HINT,
  );
}

/** The dynamic linkers of glibc and musl. */
const LACKS_LIBRARY =
  /error while loading shared libraries|Error loading shared library|Error relocating|: version `\w+_[\d.]+' not found/;

const MAY_PASS = /^(EAGAIN|ENOMEM|EMFILE|ENFILE|ETXTBSY|SIGKILL|SIGTERM|timed out)$/;

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')[0]
      ?.replaceAll(/[^\x20-\x7e]/g, '?')
      .slice(0, 200) ?? ''
  );
}

function unusable(message: string, hint: string): UserError {
  return new UserError('BPFTRACE_UNUSABLE', message, { hint });
}
