import { fstatSync } from 'node:fs';
import { LineSplitter } from '../bpftrace/line-splitter.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'];

/** The agent writes no line of more than 2 kB but for payloads, which we do not read. */
const LONGEST_LINE = 65_536;

/** All the ways in which a plugin is told to end. */
export interface PluginEnd {
  /** Aborted when it is told to. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Listen for SIGTERM, the end of standard input, the word QUIT on it (with or without a line break), and a standard
 * output that nobody reads.
 *
 * @param onLine - Called with each line of standard input.
 */
export function listenForEnd(
  io: NodeJS.Process,
  onLine: (line: string) => void = () => undefined,
): PluginEnd {
  const ending = new AbortController();
  const end = () => ending.abort();
  const lines = new LineSplitter(LONGEST_LINE);
  const onInput = (text: string) => {
    if (/^QUIT\b/m.test(text)) end();
    for (const line of lines.push(text)) onLine(line);
  };
  for (const signal of SIGNALS) io.on(signal, end);
  io.stdout.on('error', end);
  const listensToInput = hasSomebody(io);
  if (listensToInput)
    io.stdin.setEncoding('latin1').on('data', onInput).on('end', end).on('error', end);
  return {
    signal: ending.signal,
    stop: () => {
      for (const signal of SIGNALS) io.off(signal, end);
      // Without this the open input would keep the process alive.
      if (listensToInput) io.stdin.destroy();
    },
  };
}

/**
 * Whether somebody can close standard input or write to it. /dev/null has an end, and /dev/zero none, but nobody who says
 * anything: we were started by hand or by an init system.
 */
function hasSomebody({ stdin }: NodeJS.Process): boolean {
  return stdin.isTTY || !fstatSync(0).isCharacterDevice();
}
