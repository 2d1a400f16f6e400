import type { Privilege } from '../host/facts.ts';

/** Which way of the launcher bpftrace is run by, and why not by the one before it. */
export function noteLauncher(privilege: Privilege): string[] {
  switch (privilege) {
    case 'socket':
      return [
        'bpftrace is run by the launcher behind /run/ebpf-processes.sock, because this is not root',
      ];
    case 'setuid':
      return [
        'bpftrace is run by /usr/lib/ebpf-processes/launcher, which is setuid root, because this is not root and there is no /run/ebpf-processes.sock that it may use',
      ];
    default:
      return [];
  }
}
