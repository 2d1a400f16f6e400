import { readKernelClock } from '../../src/host/kernel-clock.ts';
import { type Compiled, compile } from '../../src/session/compile.ts';
import { settingsSchema } from '../../src/settings/settings.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';

/** As `--once` sets it. */
export const PERIOD_MS = 100;

/** What the product would run on this machine with this bpftrace, errors counted too. */
export async function compileReturnMode({ path }: RealBpftrace): Promise<Compiled> {
  return await compile(settingsSchema.parse({ loadMode: 'return', bpftracePath: path }), 0, []);
}

/** Values of `$1` and `$2` in `probes/dump.bt`. */
export function dumpParameters({ facts }: Compiled): string[] {
  return [String(readKernelClock(facts).wallOffsetNs), String(PERIOD_MS * 1_000_000)];
}
