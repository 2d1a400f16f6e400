import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const TRACEFS = '/sys/kernel/tracing';

/** One event that another program than the workload caused, as ftrace saw it. */
export interface Noise {
  readonly kind:
    | 'process_created'
    | 'thread_created'
    | 'exec'
    | 'process_exited'
    | 'thread_exited'
    | 'released';
  /** Seconds since boot. */
  readonly at: number;
  /** The process that was running. */
  readonly pid: number;
}

const EVENTS = [
  'task/task_newtask',
  'sched/sched_process_exec',
  'sched/sched_process_exit',
  'sched/sched_process_free',
];

/**
 * A witness that shares nothing with what is tested: an ftrace instance that records every event of other programs than
 * the workload, so that the machine's own background can be taken off.
 */
export class Observer {
  readonly #directory: string;

  /** @param workload - Events of tasks with this comm are left out. */
  constructor(workload: string) {
    this.#directory = `${TRACEFS}/instances/ebpf-processes-test-${process.pid}`;
    mkdirSync(this.#directory);
    this.#write('trace_clock', 'boot');
    this.#write('buffer_size_kb', '16384');
    for (const event of EVENTS) {
      this.#write(`events/${event}/filter`, `comm != "${workload}"`);
      this.#write(`events/${event}/enable`, '1');
    }
  }

  /** Everything recorded so far. */
  read(): Noise[] {
    const text = readFileSync(`${this.#directory}/trace`, 'latin1');
    return text.split('\n').flatMap(parseEvent);
  }

  close(): void {
    rmdirSync(this.#directory);
  }

  #write(file: string, text: string): void {
    writeFileSync(`${this.#directory}/${file}`, text);
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
      return [
        { ...event, kind: /group_dead=(?:1|true)/.test(rest) ? 'process_exited' : 'thread_exited' },
      ];
    case 'sched_process_free':
      return [{ ...event, kind: 'released' }];
    default:
      return [];
  }
}
