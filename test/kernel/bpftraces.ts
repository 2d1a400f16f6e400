import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A real bpftrace of one Debian suite that runs on this kernel. */
export interface RealBpftrace {
  readonly suite: string;
  readonly version: string;
  readonly path: string;
}

/** The bpftrace of every Debian suite that can be had here; scripts/roots says on stderr which cannot, and why. */
export function readRealBpftraces(): RealBpftrace[] {
  const script = fileURLToPath(new URL('../../scripts/roots', import.meta.url));
  const text = execFileSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [suite = '', version = '', path = ''] = line.split(' ');
      return { suite, version, path };
    });
}
