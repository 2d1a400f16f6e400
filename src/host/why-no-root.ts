import { UserError } from '../errors.ts';
import { missingForSudo, missingToTrace } from './capabilities.ts';
import type { KernelVersion } from './facts.ts';
import type { ProcessRights } from './process-rights.ts';

/** Who wants to run bpftrace, and where. */
export interface Asker {
  readonly effectiveUid: number;
  readonly rights: ProcessRights;
  readonly kernel: KernelVersion;
}

const PLUGIN_HINT =
  'for a Netdata agent, docs/plugin.md ("Give it root") has the settings of its unit';

/**
 * What the kernel itself holds against a bpftrace below this process, whatever its user may do by sudo.
 *
 * @returns `undefined` where it would have the capabilities that it needs.
 */
export function whyNoRoot({ effectiveUid, rights, kernel }: Asker): UserError | undefined {
  const isRoot = effectiveUid === 0;
  const needsRoot = `bpftrace needs root, this is uid ${effectiveUid}`;
  if (rights.userNamespace === 'nested') {
    const who = isRoot ? 'this root' : `uid ${effectiveUid}`;
    return notRoot(
      `bpftrace needs root of the whole machine, and ${who} is one of a user namespace (/proc/self/ns/user)`,
      'run this as root outside of that namespace: neither a rootless container can trace, nor a systemd unit with PrivateUsers=',
    );
  }
  if (!isRoot && rights.noNewPrivileges) {
    return notRoot(
      `${needsRoot}, and no_new_privs (NoNewPrivs of /proc/self/status) keeps sudo from making anything root here`,
      `run this as root, or take away what sets it: NoNewPrivileges= of a systemd unit, --security-opt no-new-privileges of a container; ${PLUGIN_HINT}`,
    );
  }
  const { bounding, permitted } = rights;
  const missing = missingToTrace(rights.noNewPrivileges ? bounding & permitted : bounding, kernel);
  if (missing !== undefined) {
    const who = isRoot ? 'this root' : 'neither sudo nor a setuid program below this process';
    return notRoot(
      `bpftrace needs ${missing}, which ${who} can${isRoot ? 'not' : ''} have: the bounding set lacks it (CapBnd of /proc/self/status)`,
      `${grant(missing)}; ${PLUGIN_HINT}`,
    );
  }
  const missingSetuid = isRoot ? undefined : missingForSudo(bounding);
  if (missingSetuid === undefined) return undefined;
  return notRoot(
    `${needsRoot}, and sudo cannot become root without ${missingSetuid}, which the bounding set lacks (CapBnd of /proc/self/status)`,
    `run this as root, or ${grant(missingSetuid)}; ${PLUGIN_HINT}`,
  );
}

/** Why the launcher cannot be asked. @param refusals - What was found of it, see `findLauncher`. */
export function whyNoLauncher(effectiveUid: number, refusals: readonly string[]): UserError {
  return notRoot(
    `bpftrace needs root, this is uid ${effectiveUid}, and the launcher cannot be used: ${refusals.join('; ')}`,
    'run once as root: scripts/install (in a checkout; the Debian package does it by itself); docs/plugin.md ("Give it root") says what that does',
  );
}

/** Why a user without root gets none by sudo. @param stderr - What sudo printed; `undefined` where there is no sudo. */
export function whyNoSudo(effectiveUid: number, stderr: string | undefined): UserError {
  const needsRoot = `bpftrace needs root, this is uid ${effectiveUid}`;
  if (stderr === undefined) {
    return notRoot(`${needsRoot}, and there is no sudo`, `run this as root; ${PLUGIN_HINT}`);
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !BESIDE.test(line));
  const words = (lines.find((line) => ASKS_PERSON.test(line)) ?? lines[0] ?? 'it says nothing')
    .replace(/^sudo: /, '')
    .slice(0, 200);
  return notRoot(
    `${needsRoot}, and sudo does not make it root unasked: ${words}`,
    `${ASKS_PERSON.test(words) ? 'run this with sudo, from a terminal, or as root' : 'run this as root'}; ${PLUGIN_HINT}`,
  );
}

/** What sudo says beside its reason. */
const BESIDE = /unable to resolve host/;

/** What sudo says where it would make somebody root who can type a password. */
export const ASKS_PERSON = /password is required|must have a tty|terminal is required/;

/** Where capabilities are given to what starts us. */
function grant(missing: string): string {
  const names = missing.split(' and ');
  const added = names.map((name) => `--cap-add ${name.replace('CAP_', '')}`);
  return `give it to what starts this: CapabilityBoundingSet=${names.join(' ')} in a systemd unit, ${added.join(' ')} for a container`;
}

function notRoot(message: string, hint: string): UserError {
  return new UserError('NOT_ROOT', message, { hint });
}
