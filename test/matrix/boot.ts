import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import type { Cell, Machine } from './cells.ts';
import type { Greeting, Outcome, Said } from './outcome.ts';

/** Files that a guest is made of. */
export interface Parts {
  readonly qemu: string;
  /** Directory with `vmlinuz` of the kernel's suite. */
  readonly kernelImage: string;
  /** Directory with `root.img` of the bpftrace's suite. */
  readonly rootImage: string;
  /** The disk that `project-disk` made. */
  readonly projectDisk: string;
  /** Where this guest may write. */
  readonly directory: string;
  readonly cpus: number;
}

/** How far one guest came. */
export interface Booted {
  /** How many cells it ran. */
  readonly outcomes: number;
  /** Why it ended before its last cell; `undefined` where it did not. */
  readonly lost: string | undefined;
}

/** Told of what a guest says, as it comes: a guest that is lost later has not run in vain. */
export interface Listener {
  /** @param seconds - From the start of qemu. */
  onGreeting(greeting: Greeting, seconds: number): void;
  onOutcome(outcome: Outcome): void;
}

/** A guest boots in 3 to 5 s, and gives up a run after 300 s of its own time, which is slower than ours. */
const SILENCE_TIMEOUT_MS = 600_000;

const MEMORY = '1G';

/** Without what makes emulation slow: kernels fill memory byte by byte with `erms`, and libraries copy by AVX. */
const CPU = 'max,-cx16,-erms,-fsrm,-avx';

/** Boot a guest and let it run its cells. */
export async function boot(
  parts: Parts,
  machine: Machine,
  cells: readonly Cell[],
  signal: AbortSignal,
  listener: Listener,
): Promise<Booted> {
  const console = `${parts.directory}/console`;
  const cellsDisk = `${parts.directory}/cells`;
  writeFileSync(console, '');
  writeFileSync(cellsDisk, JSON.stringify(cells));
  truncateSync(cellsDisk, 1 << 20);
  const startedAtMs = performance.now();
  const silence = new AbortController();
  const qemu = execa(parts.qemu, qemuArguments(parts, machine, console, cellsDisk), {
    stdin: 'ignore',
    buffer: false,
    reject: false,
    cancelSignal: AbortSignal.any([signal, silence.signal]),
  });
  let outcomes = 0;
  let timer = setTimeout(() => silence.abort(), SILENCE_TIMEOUT_MS);
  for await (const line of qemu) {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_TIMEOUT_MS);
    const said: Said = JSON.parse(line);
    if ('greeting' in said) {
      listener.onGreeting(said.greeting, (performance.now() - startedAtMs) / 1000);
    } else {
      outcomes += 1;
      listener.onOutcome(said.outcome);
    }
  }
  clearTimeout(timer);
  const { exitCode } = await qemu;
  signal.throwIfAborted();
  return {
    outcomes,
    lost:
      outcomes === cells.length
        ? undefined
        : describeLoss(silence.signal.aborted, exitCode, console),
  };
}

/**
 * The disks are NVMe because that driver is built into Debian's cloud kernels: no initrd and no modules are needed, and
 * every kernel boots every suite's root.
 */
function qemuArguments(
  { kernelImage, rootImage, projectDisk, cpus }: Parts,
  { lockdown }: Machine,
  console: string,
  cellsDisk: string,
): string[] {
  const disk = (serial: string, file: string) => [
    ...['-drive', `if=none,id=${serial},format=raw,file=${file},readonly=on`],
    ...['-device', `nvme,drive=${serial},serial=${serial}`],
  ];
  const kernelWords = [
    'console=ttyS0 quiet loglevel=4 panic=-1 oops=panic mitigations=off cryptomgr.notests',
    'root=PARTUUID=564d0001-01 rootwait ro rootfstype=ext4 init=/guest-init',
    ...(lockdown === 'none' ? [] : [`lockdown=${lockdown}`]),
  ];
  return [
    ...['-accel', 'tcg,thread=multi', '-M', 'q35', '-cpu', CPU],
    ...['-smp', String(cpus), '-m', MEMORY],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-serial', `file:${console}`, '-serial', 'stdio'],
    ...['-kernel', `${kernelImage}/vmlinuz`, '-append', kernelWords.join(' ')],
    ...disk('root', `${rootImage}/root.img`),
    ...disk('project', projectDisk),
    ...disk('cells', cellsDisk),
  ];
}

function describeLoss(wasSilent: boolean, exitCode: number | undefined, console: string): string {
  const words = readFileSync(console, 'latin1').trim().split('\n').slice(-3).join(' | ').trim();
  const how = wasSilent ? 'said nothing for too long' : `ended (qemu: exit code ${exitCode})`;
  return `the guest ${how}; its console ends: ${words.slice(-300)}`;
}
