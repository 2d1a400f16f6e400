import { SHM_FILE } from '../scopes/cgroups/netdata-shm.ts';
import { type Check, warning } from './check.ts';

/**
 * Whether the names that Netdata shares are believed.
 *
 * @param distrust - See `readShmDistrust`.
 */
export function checkSharedNames(distrust: string | undefined): Check[] {
  if (distrust === undefined) return [];
  return [
    warning(
      'names of cgroups',
      `${SHM_FILE} ${distrust}, and is not believed: names come from container runtimes and paths`,
      `ls -l ${SHM_FILE}`,
      `rm ${SHM_FILE} && systemctl restart netdata`,
    ),
  ];
}
