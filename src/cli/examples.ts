/** What people do with the diagnostic: a command, and what it shows. For the help and for the man page. */
export const EXAMPLES: readonly (readonly [command: string, shows: string])[] = [
  ['ebpf-processes', 'what is going on, for 5 seconds'],
  ['ebpf-processes watch', 'live, until q'],
  ['ebpf-processes -d 1m -v', 'a minute, with all tables'],
  ['ebpf-processes -- make -j4', 'what a command and its children do'],
  ['ebpf-processes --stat -- ./build.sh', 'the same in one line, on standard error'],
  ['ebpf-processes --user www-data', 'what one user does'],
  ['ebpf-processes -f html -o report.html', 'a picture to send'],
  ['ebpf-processes -f json -o report.json', 'for machines'],
];
