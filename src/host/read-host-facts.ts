import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { readBpftraceFacts } from './bpftrace.ts';
import { readBtfState } from './btf.ts';
import type { HostFacts, KernelVersion } from './facts.ts';
import { readPrivilege } from './privilege.ts';
import { readTaskStruct } from './task-struct.ts';
import { readTracepoints } from './tracepoints.ts';

/**
 * Read everything that a plan needs to know of this machine.
 *
 * @param tracepoints - The tracepoints that a plan may use, `category:name`.
 * @throws UserError with the first thing that makes counting impossible.
 */
export async function readHostFacts(options: {
  readonly effectiveUid: number;
  readonly bpftracePath: string | undefined;
  readonly tracepoints: readonly string[];
  readonly root?: string;
}): Promise<HostFacts> {
  const root = options.root ?? '';
  const bpftrace = await readBpftraceFacts(options.bpftracePath);
  const privilege = await readPrivilege(options.effectiveUid, bpftrace.path);
  const tracepoints = await readTracepoints(options.tracepoints, bpftrace, privilege, root);
  const btf = await readBtfState(bpftrace, privilege, root);
  return {
    kernel: parseKernelRelease(release()),
    cpus: cpus().length,
    bpftrace,
    btf,
    taskStruct:
      btf === 'readable'
        ? readTaskStruct(readFileSync(`${root}/sys/kernel/btf/vmlinux`))
        : new Map(),
    tracepoints,
    privilege,
  };
}

/** `6.18.44-cloud-amd64` → 6, 18. */
export function parseKernelRelease(text: string): KernelVersion {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return { release: text, major: Number(match?.[1] ?? 0), minor: Number(match?.[2] ?? 0) };
}
