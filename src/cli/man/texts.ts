import { EXAMPLES } from '../examples.ts';

/** A line of a list in the manual page. */
export interface Entry {
  readonly name: string;
  readonly explains: string;
}

export const ENDINGS: readonly Entry[] = [
  { name: '0', explains: 'All went well; with COMMAND, it ended with 0' },
  {
    name: '1',
    explains: 'Nothing could be counted, or the page could not be written. Standard error says why',
  },
  {
    name: '2',
    explains: 'A word on the command line makes no sense; for config, one in a file as well',
  },
  { name: '126', explains: 'COMMAND may not be executed' },
  { name: '127', explains: 'There is no such COMMAND' },
  { name: '128+N', explains: 'COMMAND was killed by signal N' },
  { name: 'any other', explains: "COMMAND's own" },
];

export const VARIABLES: readonly Entry[] = [
  { name: 'NO_COLOR', explains: 'Where it is set, nothing is coloured' },
  {
    name: 'PATH',
    explains:
      'Where COMMAND is looked for. bpftrace is taken from the directories of the system only',
  },
  {
    name: 'NETDATA_USER_CONFIG_DIR',
    explains: 'The first place of configuration files, instead of /etc/netdata',
  },
  {
    name: 'NETDATA_STOCK_CONFIG_DIR',
    explains: 'The last place of them, instead of /usr/lib/netdata/conf.d',
  },
  {
    name: 'NETDATA_HOST_PREFIX',
    explains: 'Where the file tree of the machine is mounted, for a container',
  },
];

export const FILES: readonly Entry[] = [
  {
    name: '/etc/netdata/ebpf.d/process.conf',
    explains: 'Options by their name in Netdata, in a section [global]. Flags override them',
  },
  { name: '/etc/netdata/ebpf.d.conf', explains: 'The same for all eBPF programs of Netdata' },
  { name: '/etc/netdata/apps_groups.conf', explains: 'Which programs make an app group' },
  {
    name: '/sys/kernel/tracing',
    explains: 'Where the kernel lists what can be attached to; tracefs must be mounted there',
  },
];

/** As in the help, and what needs more words. */
export const EXAMPLES_OF_PAGE: readonly Entry[] = EXAMPLES.map(([name, shows]) => ({
  name,
  explains: shows.charAt(0).toUpperCase() + shows.slice(1),
}));
