import {
  formatJson,
  formatLogfmt,
  formatPlain,
  type Level,
  type LogLine,
  PRIORITIES,
} from './format.ts';

/** Writes one line. */
export type Log = (level: Level, sentence: string) => void;

/**
 * The log of a plugin, on standard error: as Netdata 1.x has it, or as 2.x asks for by `NETDATA_LOG_FORMAT`,
 * `NETDATA_LOG_LEVEL` and `NETDATA_INVOCATION_ID`. Who asks for the form of the journal gets logfmt: that form needs a socket.
 */
export function openLog({ stderr, env, pid }: NodeJS.Process): Log {
  const format = chooseFormat(env['NETDATA_LOG_FORMAT']);
  const wanted = env['NETDATA_LOG_LEVEL'] ?? '';
  const least = wanted in PRIORITIES ? PRIORITIES[wanted as keyof typeof PRIORITIES] : 6;
  const invocationId = env['NETDATA_INVOCATION_ID'] ?? '';
  return (level, sentence) => {
    if (PRIORITIES[level] > least) return;
    stderr.write(format({ time: new Date(), level, sentence, processId: pid, invocationId }));
  };
}

function chooseFormat(name: string | undefined): (line: LogLine) => string {
  switch (name) {
    case undefined:
    case '':
      return formatPlain;
    case 'json':
      return formatJson;
    default:
      return formatLogfmt;
  }
}
