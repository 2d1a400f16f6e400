import type { FileRisks } from '../host/file-risks.ts';
import type { SudoRules } from '../host/sudo-rules.ts';
import { type Check, error, ok } from './check.ts';

/** Ways in which this machine makes somebody root through bpftrace. */
export interface Giveaways {
  readonly sudo: SudoRules | undefined;
  readonly file: FileRisks | undefined;
}

/** Whoever may run bpftrace as root is root: what of that is found here. */
export function checkGiveaways({ sudo, file }: Giveaways): Check[] {
  return [
    ...(sudo === undefined ? [] : [checkSudo(sudo)]),
    ...(file === undefined ? [] : [checkFile(file)]),
  ];
}

function checkSudo({ user, source, rules }: SudoRules): Check {
  const name = 'sudo rule';
  const who = user === undefined ? 'you' : `user ${user}`;
  if (rules.length === 0)
    return ok(
      name,
      `no rule of ${who === 'you' ? 'yours' : who} lets bpftrace run as root`,
      source,
    );
  return error(
    name,
    `${who} may run bpftrace as root, which makes ${who} root: a program of bpftrace runs commands and reads any file: ${rules.join('; ')}`,
    source,
    'remove it: grep -rn -e bpftrace -e netdata /etc/sudoers /etc/sudoers.d finds it; docs/plugin.md says what to do instead',
  );
}

function checkFile({ path, isSetuidRoot, capabilities, changeable }: FileRisks): Check {
  const name = 'file of bpftrace';
  if (isSetuidRoot) {
    return error(
      name,
      `setuid root: whoever may execute ${path} is root, by a program that runs commands`,
      `ls -l ${path}`,
      `chmod u-s ${path}`,
    );
  }
  if (capabilities !== undefined) {
    return error(
      name,
      `has capabilities (${capabilities}): whoever may execute ${path} can read the memory of the kernel and of every process`,
      `getcap ${path}`,
      `setcap -r ${path}`,
    );
  }
  if (changeable !== undefined) {
    return error(
      name,
      `whoever can change ${changeable} is root as soon as root runs ${path}`,
      `ls -ld ${changeable}`,
      `chown root: ${changeable} && chmod go-w ${changeable}, or take the distribution's bpftrace`,
    );
  }
  return ok(name, 'root alone can change it; not setuid', `ls -l ${path}`);
}
