import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { holds, missingToTrace } from './capabilities.ts';
import type { BpftraceFacts, KernelVersion, LauncherWay } from './facts.ts';
import type { ProcessRights } from './process-rights.ts';
import { nameState, ROOT_FACTS_FILE, STATE_DIRECTORY } from './root-facts.ts';

/** Where systemd listens for it. */
export const LAUNCHER_SOCKET = '/run/ebpf-processes.sock';

/** The launcher itself: what systemd starts for each client, and setuid root where there is no systemd. */
export const LAUNCHER = '/usr/lib/ebpf-processes/launcher';

/** The one bpftrace that it runs. */
export const LAUNCHER_BPFTRACE = '/usr/bin/bpftrace';

/** What was found of the launcher: how to reach it, or why that is not possible. */
export interface FoundLauncher {
  readonly way: LauncherWay | undefined;
  /** Why the ways before it cannot be taken. */
  readonly refusals: readonly string[];
}

/**
 * Find the launcher: behind its socket, else setuid root.
 *
 * @param root - Where the machine's file tree starts; '' but for tests.
 */
export function findLauncher(
  bpftracePath: string,
  rights: ProcessRights,
  kernel: KernelVersion,
  root = '',
): FoundLauncher {
  if (bpftracePath !== LAUNCHER_BPFTRACE) {
    return {
      way: undefined,
      refusals: [`the launcher runs ${LAUNCHER_BPFTRACE} alone, not ${bpftracePath}`],
    };
  }
  const noSocket = whyNoSocket(root);
  if (noSocket === undefined) return { way: 'socket', refusals: [] };
  const noSetuid = whyNoSetuid(rights, kernel, root);
  return noSetuid === undefined
    ? { way: 'setuid', refusals: [noSocket] }
    : { way: undefined, refusals: [noSocket, noSetuid] };
}

/** How the launcher stands here, whoever asks. */
export interface LauncherState {
  /** By which ways Netdata's user can reach it. */
  readonly ways: readonly LauncherWay[];
  /** Its programs are rendered for this kernel and bpftrace. */
  readonly isSetUp: boolean;
}

/** @param root - Where the machine's file tree starts; '' but for tests. */
export function readLauncherState(
  kernel: KernelVersion,
  bpftrace: BpftraceFacts,
  root = '',
): LauncherState {
  const program = look(`${root}${LAUNCHER}`);
  const ways: LauncherWay[] = [];
  if (look(`${root}${LAUNCHER_SOCKET}`)?.isSocket()) ways.push('socket');
  if (program !== undefined && isSetuidRoot(program)) ways.push('setuid');
  const facts = `${STATE_DIRECTORY}/${nameState(kernel, bpftrace)}/${ROOT_FACTS_FILE}`;
  return { ways, isSetUp: look(`${root}${facts}`) !== undefined };
}

function isSetuidRoot({ uid, mode }: Stats): boolean {
  return uid === 0 && (mode & SETUID) !== 0;
}

function whyNoSocket(root: string): string | undefined {
  const found = look(`${root}${LAUNCHER_SOCKET}`);
  if (found === undefined) return `there is no ${LAUNCHER_SOCKET}`;
  if (!found.isSocket()) return `${LAUNCHER_SOCKET} is not a socket`;
  return may(`${root}${LAUNCHER_SOCKET}`, constants.W_OK)
    ? undefined
    : `${LAUNCHER_SOCKET} is not for this user: it takes the group of Netdata`;
}

const SETUID = 0o4000;

function whyNoSetuid(
  rights: ProcessRights,
  kernel: KernelVersion,
  root: string,
): string | undefined {
  const found = look(`${root}${LAUNCHER}`);
  if (found === undefined) return `there is no ${LAUNCHER}`;
  if (!isSetuidRoot(found)) return `${LAUNCHER} is not setuid root`;
  if (!may(`${root}${LAUNCHER}`, constants.X_OK)) {
    return `${LAUNCHER} is not for this user: it takes the group of Netdata`;
  }
  if (rights.noNewPrivileges) return 'no_new_privs keeps a setuid program from becoming root here';
  const missing =
    missingToTrace(rights.bounding, kernel) ??
    (holds(rights.bounding, 'SETGID') ? undefined : 'CAP_SETGID');
  return missing && `a setuid program here cannot have ${missing}: the bounding set lacks it`;
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // It is not there, or in a directory that is not for us.
    return undefined;
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
