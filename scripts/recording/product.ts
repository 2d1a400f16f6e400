import { isAtLeast } from '../../src/host/facts.ts';
import { readKernelClock } from '../../src/host/kernel-clock.ts';
import { type Compiled, compile } from '../../src/session/compile.ts';
import { completeSettings } from '../../src/settings/settings.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { projectFile } from '../../test/kernel/run-cli.ts';

/** As `--once` sets it. */
export const PERIOD_MS = 100;

/**
 * What the product would run on this machine with this bpftrace, errors counted too.
 *
 * @param isKeyed - Counts are kept apart by app group and cgroup.
 */
export async function compileReturnMode(
  { path }: RealBpftrace,
  isKeyed = false,
): Promise<Compiled> {
  const wants = { apps: isKeyed, cgroups: isKeyed };
  return await compile(
    completeSettings({ loadMode: 'return', bpftracePath: path, ...wants }),
    0,
    [],
  );
}

/** What the product tells bpftrace besides its program. */
export function productOptions({ facts, program }: Compiled): string[] {
  const isRaw = program.attachPoints.some((point) => point.startsWith('rawtracepoint:'));
  return isRaw && isAtLeast(facts.bpftrace, 0, 27)
    ? ['--traceable-functions', projectFile('probes/traceable-functions')]
    : [];
}

/** Values of `$1` and `$2` in the program. */
export function dumpParameters({ facts }: Compiled): string[] {
  return [String(readKernelClock(facts).wallOffsetNs), String(PERIOD_MS * 1_000_000)];
}
