import type { LiveProcess } from '../../procfs/process.ts';
import type { AppGroups } from './app-groups.ts';
import { findFirst, isAnyOf, type Named } from './find-first.ts';
import { COMM_BYTES } from './pattern-index.ts';
import { completeName, findScript, findWholeName } from './process-names.ts';

/** What a list of app groups says of a process by its names alone. */
export interface Identity {
  /** That of the first pattern that matches it; `undefined` where none does. */
  readonly group: string | undefined;
  /** What the process is called: the name of a group of its own. A byte string. */
  readonly name: string;
  /** It passes nothing on to its children. */
  readonly isManager: boolean;
}

/** Nobody's group is called by a whole command line without a space. */
const MOST_NAME_BYTES = 100;

/**
 * Find the group of a task: that of the first pattern in the file that matches it.
 *
 * Exact, prefix and suffix patterns are compared with the name of the task, which the dialect of the file takes from its comm
 * or completes from its command line. Without a command line a comm of 15 bytes may have been cut, and an exact or prefix
 * pattern longer than 15 bytes matches where it begins with the comm; but not where Netdata knows nothing but comms.
 *
 * Substring patterns are searched for in the command line, with a space between its arguments; without one, in the comm.
 *
 * @param comm - A byte string, as the patterns are. `/proc` shows more than 15 bytes for some kernel threads.
 * @param cmdline - The bytes of `/proc/PID/cmdline`, with a NUL behind each argument. Kernel threads have an empty one;
 * `undefined`, for a task that had ended before it was read, means the same.
 */
function identify(groups: AppGroups, comm: string, cmdline = ''): Identity {
  const names = nameTask(groups, comm, cmdline);
  const isManager = groups.managers !== undefined && isAnyOf(groups.managers, names);
  return {
    // Netdata 2 lets a pattern match a manager, and then ignores it.
    group: isManager ? undefined : groups.patterns[findFirst(groups.index, names)]?.group,
    name: copyBytes(names.name.slice(0, MOST_NAME_BYTES)),
    isManager,
  };
}

/** Comms that are remembered; the same few come again and again. */
const MOST_COMMS = 4_096;

/** Tells by a list of app groups who a process is. */
export class Identifier {
  readonly #groups: AppGroups;
  readonly #known = new Map<string, Identity>();

  constructor(groups: AppGroups) {
    this.#groups = groups;
  }

  /** Of a task of which nothing but its comm is known. */
  ofComm(comm: string): Identity {
    const known = this.#known.get(comm);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_COMMS) this.#known.clear();
    const identity = identify(this.#groups, comm);
    this.#known.set(comm, identity);
    return identity;
  }

  ofProcess({ comm, cmdline }: Pick<LiveProcess, 'comm' | 'cmdline'>): Identity {
    return identify(this.#groups, comm, cmdline);
  }
}

function nameTask({ dialect, interpreters }: AppGroups, comm: string, cmdline: string): Named {
  const { names, comparesBoth } = dialect;
  const text = cmdline === '' ? comm : cmdline.replaceAll('\0', ' ');
  if (names === 'comm') return { comm, name: comm, cut: undefined, text, comparesBoth };
  if (names === 'whole') {
    const whole = findWholeName(comm, cmdline);
    const cut = whole === undefined ? comm : undefined;
    return { comm, name: whole ?? comm, cut, text, comparesBoth };
  }
  const bare = /^\(.*\)$/s.test(comm) ? comm.slice(1, -1) : comm;
  const name = completeName(bare, cmdline) ?? bare;
  const cut = cmdline === '' && comm.length === COMM_BYTES ? comm : undefined;
  const named = { comm, name, cut, text, comparesBoth };
  const script =
    interpreters !== undefined && isAnyOf(interpreters, named) ? findScript(cmdline) : undefined;
  return script === undefined ? named : { ...named, name: script };
}

/** A string that is a part of another one keeps all of that in memory; this one does not. */
function copyBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('latin1');
}
