import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { type Duplex, PassThrough, type Readable, type Writable } from 'node:stream';
import type { LauncherWay } from '../host/facts.ts';
import { LAUNCHER, LAUNCHER_SOCKET } from '../host/launcher.ts';
import { type Ended, followEnd } from '../host/run.ts';
import type { BpftraceChild } from './child.ts';
import { parseLauncherLine } from './launcher-lines.ts';
import type { LoadedProgram } from './misses.ts';

/** The streams of a launcher. */
interface Streams {
  /** Its end ends bpftrace. */
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when it is gone. */
  readonly gone: Promise<Ended>;
}

/** A bpftrace that the launcher runs for us. It ends when we end, however: the launcher then reads the end of its input. */
export class LauncherChild implements BpftraceChild {
  readonly pid = undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  programs: readonly LoadedProgram[] = [];
  readonly #streams: Streams;
  /** What the launcher said last of bpftrace's end. */
  #ended: Ended | undefined;

  constructor(streams: Streams, request: string) {
    this.#streams = streams;
    const { input, output } = streams;
    // What goes wrong with it, `gone` says.
    output.on('error', () => this.stdout.end()).pipe(this.stdout);
    input.on('error', () => undefined);
    input.write(request);
  }

  takes(line: string): boolean {
    const own = parseLauncherLine(line);
    if (own === undefined) return false;
    if (own.kind === 'complaint') this.stderr.write(`${line}\n`, 'latin1');
    if (own.kind === 'missed') this.programs = own.programs;
    if (own.kind === 'ended') this.#ended = own.ended;
    return true;
  }

  get ended(): Promise<Ended> {
    return this.#streams.gone.then((gone) => this.#ended ?? gone);
  }

  /** SIGKILL does not wait for what is still to be read. */
  kill(signal: NodeJS.Signals): void {
    const { input, output } = this.#streams;
    input.end();
    if (signal !== 'SIGKILL') return;
    input.destroy();
    output.destroy();
  }
}

/** Ask the launcher to run bpftrace. */
export function askLauncher(way: LauncherWay, request: string): LauncherChild {
  return new LauncherChild(way === 'socket' ? connectTo(LAUNCHER_SOCKET) : run(LAUNCHER), request);
}

/** @param path - Of a socket on which a launcher is started for each client. */
export function connectTo(path: string): Streams {
  const socket: Duplex = connect({ path, allowHalfOpen: true });
  const gone = new Promise<Ended>((resolve) => {
    const fail = (problem: string) => resolve({ exitCode: undefined, signal: undefined, problem });
    socket
      .on('error', (error) => fail(error.message))
      .on('end', () => socket.end())
      .on('close', () => fail('the launcher has closed the connection'));
  });
  return { input: socket, output: socket, gone };
}

/** @param path - Of a launcher that is setuid root. */
export function run(path: string): Streams {
  const child = spawn(path, [], { cwd: '/', env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
  return { input: child.stdin, output: child.stdout, gone: followEnd(child) };
}
