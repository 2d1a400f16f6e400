import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import {
  CHILD_ENVIRONMENT,
  INCLUDE_DIRECTORY,
  mapSizeEnvironment,
  stringEnvironment,
} from '../host/environment.ts';
import type { BpftraceFacts, Privilege } from '../host/facts.ts';
import { privilegePrefix } from '../host/privilege.ts';
import { STDERR_KEPT_BYTES } from './timeouts.ts';

/** Where the kernel does not let bpftrace read which functions can be traced, this tells it of those that we need. */
const TRACEABLE_FUNCTIONS = fileURLToPath(
  new URL('../../probes/traceable-functions', import.meta.url),
);

export interface BpftraceCommand {
  readonly bpftrace: BpftraceFacts;
  readonly privilege: Privilege;
  readonly programText: string;
  /** How many keys a map can hold; `undefined` leaves it at bpftrace's own 4,096. */
  readonly mapKeys: number | undefined;
  /** A raw tracepoint is among the attach points, and this bpftrace wants to find its function among the traceable ones. */
  readonly namesRawTracepoints: boolean;
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
  readonly #isBehindSudo: boolean;

  constructor(command: BpftraceCommand, onLine: (line: string) => void) {
    this.#child = spawnBpftrace(command);
    this.#isBehindSudo = command.privilege === 'sudo';
    this.pid = this.#child.pid;
    this.ended = this.#follow(onLine);
  }

  /**
   * End it. Resolves when it is gone, which takes the kernel 0.1 s for each attached tracepoint.
   *
   * Nothing of it outlives it, so it is killed; only sudo is asked, because a killed sudo leaves it behind.
   */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.#isBehindSudo) this.kill();
    else this.#child.kill('SIGTERM');
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
  const [file = '', ...prefix] = [...privilegePrefix(command.privilege), command.bpftrace.path];
  const options = ['-f', 'json', '-I', INCLUDE_DIRECTORY];
  if (command.namesRawTracepoints) options.push('--traceable-functions', TRACEABLE_FUNCTIONS);
  options.push('-e', command.programText);
  return execa(file, [...prefix, ...options, ...command.parameters], {
    env: {
      ...CHILD_ENVIRONMENT,
      ...stringEnvironment(command.bpftrace),
      ...(command.mapKeys === undefined ? {} : mapSizeEnvironment(command.mapKeys)),
    },
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    buffer: false,
    detached: true,
  });
}
