import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from '../host/environment.ts';
import type { Privilege } from '../host/facts.ts';
import { privilegePrefix } from '../host/privilege.ts';
import { STDERR_KEPT_BYTES } from './limits.ts';

/** Our own stand-in for `linux/types.h`; see the file. */
const INCLUDE_DIRECTORY = fileURLToPath(new URL('../../probes/include', import.meta.url));

export interface BpftraceCommand {
  readonly bpftracePath: string;
  readonly privilege: Privilege;
  readonly programText: string;
  /** Values of `$1`, `$2`, … in the program. */
  readonly parameters: readonly string[];
}

/** How one run of bpftrace ended. */
export interface BpftraceEnd {
  /** `exit code 255`, `signal SIGKILL`, `could not be started: …`. */
  readonly how: string;
  /** The last of what it said on stderr. */
  readonly stderr: string;
}

/**
 * One running bpftrace. It is in a session of its own, so that Ctrl-C on the terminal reaches us and not it; if we are
 * killed, its next print fails and ends it.
 */
export class BpftraceProcess {
  readonly pid: number | undefined;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<BpftraceEnd>;
  readonly #child: ReturnType<typeof spawnBpftrace>;

  constructor(command: BpftraceCommand, onLine: (line: string) => void) {
    this.#child = spawnBpftrace(command);
    this.pid = this.#child.pid;
    this.ended = this.#follow(onLine);
  }

  /** Ask it to end, and make it after a time. Resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    this.#child.kill('SIGTERM');
    const giveUp = setTimeout(() => this.kill(), timeoutMs);
    await this.ended;
    clearTimeout(giveUp);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    // What a killed sudo leaves behind cannot be signalled by us; without a reader its next print ends it.
    this.#child.stdout.destroy();
  }

  async #follow(onLine: (line: string) => void): Promise<BpftraceEnd> {
    let stderr = '';
    this.#child.stderr.setEncoding('latin1').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT_BYTES);
    });
    const end = this.#child.then(
      () => 'exit code 0',
      (error: { signal?: string; exitCode?: number; originalMessage?: string }) =>
        error.signal !== undefined
          ? `signal ${error.signal}`
          : error.exitCode !== undefined
            ? `exit code ${error.exitCode}`
            : `could not be started: ${error.originalMessage}`,
    );
    await this.#readLines(onLine);
    return { how: await end, stderr };
  }

  async #readLines(onLine: (line: string) => void): Promise<void> {
    let rest = '';
    try {
      // latin1 keeps every byte: 0.11 to 0.16 print names as they are, whatever their encoding.
      for await (const chunk of this.#child.stdout.setEncoding('latin1')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    } catch (error) {
      // We destroyed the stream ourselves (see kill); anything else is a bug.
      if (!this.#child.stdout.destroyed) throw error;
    }
    if (rest !== '') onLine(rest);
  }
}

function spawnBpftrace(command: BpftraceCommand) {
  const [file = '', ...prefix] = [...privilegePrefix(command.privilege), command.bpftracePath];
  const options = ['-f', 'json', '-I', INCLUDE_DIRECTORY, '-e', command.programText];
  return execa(file, [...prefix, ...options, ...command.parameters], {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    buffer: false,
    detached: true,
  });
}
