import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

/**
 * Let the kernel measure how long BPF programs run, until that is taken back. It takes some 20 ns a run, of every program.
 *
 * @param root - Where the machine's file tree starts.
 * @returns Takes it back; where it was on before us it stays on. Can be called twice.
 * @throws UserError where this kernel has no such switch, or it is not ours to set.
 */
export function measurePrograms(root = ''): () => void {
  const file = `${root}${SWITCH}`;
  try {
    if (readFileSync(file, 'latin1').trim() !== '0') return () => undefined;
    writeFileSync(file, '1');
  } catch (error) {
    throw explain(error);
  }
  let isOn = true;
  return () => {
    if (!isOn) return;
    isOn = false;
    writeFileSync(file, '0');
  };
}

function explain(cause: unknown): UserError {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new UserError('BPF_STATS_UNAVAILABLE', `this kernel measures no BPF program: no ${SWITCH}`, {
        hint: 'leave out --cost; Linux 5.1 and later have it',
        cause,
      })
    : new UserError('BPF_STATS_UNAVAILABLE', `${SWITCH} cannot be set`, {
        hint: 'run this as root, in no container that hides it, or leave out --cost',
        cause,
      });
}
