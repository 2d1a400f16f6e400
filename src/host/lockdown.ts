import { readText } from '../procfs/read-text.ts';
import type { KernelConfig, Lockdown } from './facts.ts';

const FILE = '/sys/kernel/security/lockdown';

/**
 * Find out how far the kernel is locked down: securityfs says it; where that is not mounted, the kernel's command line
 * and its options do.
 *
 * @see kernel:security/lockdown/lockdown.c
 */
export function readLockdown(config: KernelConfig, root: string): Lockdown {
  const [, state] = /\[(\w+)\]/.exec(readText(`${root}${FILE}`) ?? '') ?? [];
  if (isState(state)) return { state, source: FILE };
  const [, asked] = /(?:^|\s)lockdown=(\w+)/.exec(readText(`${root}/proc/cmdline`) ?? '') ?? [];
  if (isState(asked)) return { state: asked, source: '/proc/cmdline' };
  if (config.source === undefined) return { state: 'unknown', source: `${FILE} is not there` };
  const has = (option: string) => config.options.has(option);
  if (has('LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY')) {
    return { state: 'confidentiality', source: config.source };
  }
  if (has('LOCK_DOWN_KERNEL_FORCE_INTEGRITY')) return { state: 'integrity', source: config.source };
  // With these options secure boot locks the kernel down, and whether it did is not known here.
  return has('LOCK_DOWN_IN_EFI_SECURE_BOOT') || has('LOCK_DOWN_IN_SECURE_BOOT')
    ? { state: 'unknown', source: `${FILE} is not there` }
    : { state: 'none', source: config.source };
}

function isState(word: string | undefined): word is Exclude<Lockdown['state'], 'unknown'> {
  return word === 'none' || word === 'integrity' || word === 'confidentiality';
}
