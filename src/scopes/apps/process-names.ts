import { COMM_BYTES } from './pattern-index.ts';

/** The program is the first argument; a script is the second or third, behind its interpreter (kernel: fs/binfmt_script.c). */
const ARGUMENTS_WITH_A_NAME = 3;

/** Words of a command line in which Netdata looks for a script. */
const MOST_WORDS = 100;

/**
 * The whole name of a task whose comm was cut.
 *
 * @returns `undefined` where no argument begins with the comm: the task may have given itself another name.
 */
export function findWholeName(comm: string, cmdline = ''): string | undefined {
  // /proc shows longer ones for threads of the kernel, and never cuts them.
  if (comm.length !== COMM_BYTES) return comm;
  for (const argument of cmdline.split('\0', ARGUMENTS_WITH_A_NAME)) {
    // Daemons overwrite their arguments with a title: `postgres: checkpointer`.
    const path = argument.split(/[ :]/, 1)[0] ?? '';
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith(comm)) return name;
  }
  return undefined;
}

/**
 * What Netdata 2 calls a process: where its comm first occurs in its command line, up to the end of that word, without the
 * ending of a script.
 *
 * @param comm - Without the parentheses that systemd puts around it.
 * @returns `undefined` where the comm does not occur.
 */
export function completeName(comm: string, cmdline: string): string | undefined {
  const begin = comm === '' ? -1 : cmdline.indexOf(comm);
  if (begin < 0) return undefined;
  const tail = cmdline.slice(begin + comm.length);
  const length = tail.search(/[\s/\\"'):\0]/);
  return withoutEnding(comm + (length < 0 ? tail : tail.slice(0, length)));
}

/**
 * The script that an interpreter runs: the first word behind its name that is an absolute path. Netdata also asks whether
 * that file exists; we do not, because a file system of somebody else's may never answer.
 */
export function findScript(cmdline: string): string | undefined {
  const words = cmdline.split(/[\s\0]+/, MOST_WORDS);
  for (const word of words.slice(1)) {
    // A word of a shell, `/bin/a;`, is no path.
    const [, name] = /^\/(?:.*\/)?([^/;|&<>()$`*?"']+)$/.exec(word) ?? [];
    if (name !== undefined) return withoutEnding(name);
  }
  return undefined;
}

function withoutEnding(name: string): string {
  return name.replace(/(?<=.)\.(?:sh|py|pl|js)$/, '');
}
