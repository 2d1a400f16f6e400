/**
 * One line on standard error, in the shape of Netdata's own log.
 *
 * @see netdata/netdata libnetdata/log/log.c
 */
export function log(stderr: NodeJS.WriteStream, level: 'INFO' | 'ERROR', sentence: string): void {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  const time = local.toISOString().slice(0, 19).replace('T', ' ');
  stderr.write(`${time}: ebpf-processes.plugin ${level.padEnd(5)} : MAIN : ${sentence}\n`);
}
