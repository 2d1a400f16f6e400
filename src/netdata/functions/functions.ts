import { renderWords } from '../protocol.ts';

/** A function of the plugin, as Netdata is told of it. */
export interface FunctionLine {
  readonly name: string;
  readonly help: string;
  /** Who may call it in Netdata 2.x. @see netdata/netdata src/libnetdata/http/http_access.h */
  readonly access: string;
}

/** Signed in, of the same space, and allowed to see sensitive data: names of programs and users. */
const MAY_SEE = '0x13';
/** Signed in, of the same space, and allowed to edit the configuration of agents. */
const MAY_SWITCH = '0x43';

export const CONTROL = 'ebpf-processes';

export const FUNCTIONS: readonly FunctionLine[] = [
  {
    name: CONTROL,
    help: 'Whether processes and threads are counted with eBPF; enable:SECONDS, extend:SECONDS or disable it',
    access: MAY_SWITCH,
  },
  {
    name: 'ebpf-processes-forkers',
    help: 'Programs that create most processes and threads',
    access: MAY_SEE,
  },
  {
    name: 'ebpf-processes-zombies',
    help: 'Processes with zombies: children that ended and that they have not waited for',
    access: MAY_SEE,
  },
  {
    name: 'ebpf-processes-failed-forks',
    help: 'Programs whose processes and threads could not be created, and which limit was reached',
    access: MAY_SEE,
  },
  {
    name: 'ebpf-processes-plan',
    help: 'How each kind of event is counted on this machine and why, and whether the counts are complete',
    access: MAY_SEE,
  },
];

const TIMEOUT_SECONDS = 10;
const PRIORITY = 100;
const VERSION = 3;

/**
 * The lines that announce the functions.
 *
 * @param netdata - The version of the agent, such as `v1.37.1`; one before 1.37, or that says none, would stop a plugin that has
 * functions.
 */
export function renderFunctions(netdata: string | undefined): string {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(netdata ?? '')?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return '';
  if (major < 1 || (major === 1 && minor < 37)) return '';
  return renderWords(
    FUNCTIONS.map(({ name, help, access }) => {
      const words = ['FUNCTION', 'GLOBAL', name, String(TIMEOUT_SECONDS), help];
      return major < 2 ? words : [...words, 'top', access, String(PRIORITY), String(VERSION)];
    }),
  );
}
