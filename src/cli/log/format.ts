/** How grave a line is, as syslog numbers it. */
export const PRIORITIES = {
  emergency: 0,
  alert: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
} as const;

export type Level = 'error' | 'info';

/** One line of a log. */
export interface LogLine {
  readonly time: Date;
  readonly level: Level;
  readonly sentence: string;
  readonly processId: number;
  /** Of the agent that has started us; empty where it did not say. */
  readonly invocationId: string;
}

/**
 * A line as Netdata 1.x logs: local time, program, level, thread.
 *
 * @see netdata/netdata libnetdata/log/log.c (1.37)
 */
export function formatPlain({ time, level, sentence }: LogLine): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  const when = local.toISOString().slice(0, 19).replace('T', ' ');
  return `${when}: ebpf-processes.plugin ${level.toUpperCase().padEnd(5)} : MAIN : ${sentence}\n`;
}

/** A line as Netdata 2.x logs by default. @see netdata/netdata src/libnetdata/log/README.md */
export function formatLogfmt(line: LogLine): string {
  const words = Object.entries(fieldsOf(line)).map(([name, value]) => `${name}=${quote(value)}`);
  return `${words.join(' ')}\n`;
}

/** The same as JSON. */
export function formatJson(line: LogLine): string {
  return `${JSON.stringify(fieldsOf(line))}\n`;
}

function fieldsOf({ time, level, sentence, processId, invocationId }: LogLine) {
  return {
    time: time.toISOString(),
    comm: 'ebpf-processes.plugin',
    source: 'collector',
    level,
    ...(invocationId === '' ? {} : { invocation_id: invocationId }),
    tid: String(processId),
    thread: 'MAIN',
    msg: sentence,
  };
}

function quote(value: string): string {
  return /^[\w.:+-]+$/.test(value) ? value : JSON.stringify(value);
}
