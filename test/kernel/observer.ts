import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import type { Report } from '../../src/report/report.ts';

const INSTANCES = '/sys/kernel/tracing/instances';
const PREFIX = 'ebpf-processes-test-';

/** One event that another program than the workload caused, as ftrace saw it. */
export interface Noise {
  readonly kind: 'process_created' | 'thread_created' | 'exec' | 'process_exited' | 'thread_exited';
  /** Seconds since boot. */
  readonly at: number;
  /** The process that was running. */
  readonly pid: number;
}

/** A map is read up to this long after the stamp of its dump; what happens in between may be in it or not. */
const EDGE_SECONDS = 0.3;

const EVENTS = ['task/task_newtask', 'sched/sched_process_exec', 'sched/sched_process_exit'];

/**
 * A witness that shares nothing with what is tested: an ftrace instance that records every event of other programs than
 * the workload, so that the machine's own background can be taken off.
 */
export class Observer {
  readonly #instance = new TraceInstance();

  /** @param workload - Events of tasks with this comm are left out. */
  constructor(workload: string) {
    for (const event of EVENTS) this.#instance.record(event, `comm != "${workload}"`);
  }

  /** Everything recorded so far. */
  read(): Noise[] {
    return this.#instance.read().flatMap(parseEvent);
  }

  close(): void {
    this.#instance.close();
  }
}

/** An instance of ftrace: buffers and switches of its own. */
class TraceInstance {
  readonly #directory: string;

  constructor() {
    removeOrphans();
    this.#directory = `${INSTANCES}/${PREFIX}${process.pid}`;
    mkdirSync(this.#directory);
    this.#write('trace_clock', 'boot');
    this.#write('buffer_size_kb', '16384');
  }

  record(event: string, filter: string): void {
    this.#write(`events/${event}/filter`, filter);
    this.#write(`events/${event}/enable`, '1');
  }

  read(): string[] {
    return readFileSync(`${this.#directory}/trace`, 'latin1').split('\n');
  }

  close(): void {
    rmdirSync(this.#directory);
  }

  #write(file: string, text: string): void {
    writeFileSync(`${this.#directory}/${file}`, text);
  }
}

/** A test that was killed leaves its instance behind, which records, and slows down every task, until somebody removes it. */
function removeOrphans(): void {
  for (const name of readdirSync(INSTANCES).filter((other) => other.startsWith(PREFIX))) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!existsSync(`/proc/${pid}`)) rmdirSync(`${INSTANCES}/${name}`);
  }
}

/** `  node-812  [001] d..2.  2425.817394: task_newtask: pid=813 comm=node clone_flags=1200011 oom_score_adj=0` */
function parseEvent(line: string): Noise[] {
  const [, pid, at, name, rest = ''] =
    /-(\d+)\s+\[\d+\]\s+\S+\s+([\d.]+): (\w+): (.*)$/.exec(line) ?? [];
  if (pid === undefined || at === undefined || name === undefined) return [];
  const event = { at: Number(at), pid: Number(pid) };
  switch (name) {
    case 'task_newtask': {
      const flags = Number.parseInt(/clone_flags=(?:0x)?([0-9a-f]+)/.exec(rest)?.[1] ?? '', 16);
      return [{ ...event, kind: (flags & 0x10000) === 0 ? 'process_created' : 'thread_created' }];
    }
    case 'sched_process_exec':
      return [{ ...event, kind: 'exec' }];
    case 'sched_process_exit':
      // Before 6.16 the kernel does not say which it was; what runs beside a workload there has no threads that end.
      return [
        {
          ...event,
          kind: /group_dead=(?:0|false)/.test(rest) ? 'thread_exited' : 'process_exited',
        },
      ];
    default:
      return [];
  }
}

/** Events of others that lie in the window for certain, and those so near its edges that they may. */
export function countNoise(
  noise: readonly Noise[],
  kind: Noise['kind'],
  { window }: { readonly window: Pick<Report['window'], 'start_uptime' | 'seconds'> },
): { certain: number; possible: number } {
  const open = window.start_uptime;
  const close = open + window.seconds;
  const within = (from: number, to: number) =>
    noise.filter((event) => event.kind === kind && event.at > from && event.at <= to).length;
  return {
    certain: within(open + EDGE_SECONDS, close - EDGE_SECONDS),
    possible:
      within(open, open + EDGE_SECONDS) + within(close - EDGE_SECONDS, close + EDGE_SECONDS),
  };
}
