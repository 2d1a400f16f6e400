import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Reads how many events the kernel skipped for each BPF program of one bpftrace: a program is not run on a CPU where
 * another BPF program or a map call of bpf() is active. Needs root; works since Linux 6.7 for tracepoints.
 */
export class MissReader {
  readonly #pid: number;
  readonly #attachPoints: readonly string[];
  #files: readonly string[] | undefined;

  /** @param attachPoints - In the order of the program's text. */
  constructor(pid: number, attachPoints: readonly string[]) {
    this.#pid = pid;
    this.#attachPoints = attachPoints;
  }

  /** Skipped events by attach point, since attach; `undefined` where that cannot be read. */
  read(): ReadonlyMap<string, number> | undefined {
    try {
      this.#files ??= findProgramFiles(this.#pid);
      const programs = this.#files.map(readProgram).sort((a, b) => a.id - b.id);
      if (programs.length !== this.#attachPoints.length) return undefined;
      return matchPrograms(this.#attachPoints, programs);
    } catch {
      // Gone, or not ours to read: either way nothing is known, and the caller says so.
      return undefined;
    }
  }
}

export interface LoadedProgram {
  readonly id: number;
  /** @see kernel:include/uapi/linux/bpf.h `enum bpf_prog_type` */
  readonly type: number;
  readonly misses: number;
}

/** Types of BPF programs by the first word of an attach point. */
const TYPES: Readonly<Record<string, number>> = {
  kprobe: 2,
  kretprobe: 2,
  tracepoint: 5,
  interval: 7,
  rawtracepoint: 17,
  fentry: 26,
  fexit: 26,
};

/**
 * bpftrace loads programs in the order of the text, but some versions load those of one kind after the others (0.17 fentry):
 * within each type the ids ascend as the text does. Where the types are not as they should be, the order has to do.
 */
export function matchPrograms(
  attachPoints: readonly string[],
  programs: readonly LoadedProgram[],
): ReadonlyMap<string, number> {
  const typeOf = (point: string) => TYPES[/^\w*/.exec(point)?.[0] ?? ''];
  const points = attachPoints.toSorted((a, b) => (typeOf(a) ?? 0) - (typeOf(b) ?? 0));
  const sorted = programs.toSorted((a, b) => a.type - b.type || a.id - b.id);
  const isTyped = points.every((point, i) => typeOf(point) === sorted[i]?.type);
  const [names, loaded] = isTyped ? [points, sorted] : [attachPoints, programs];
  return new Map(names.map((point, i) => [point, loaded[i]?.misses ?? 0]));
}

function findProgramFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:bpf-prog')
    .map((fd) => `/proc/${pid}/fdinfo/${fd}`);
}

function readProgram(file: string): LoadedProgram {
  const text = readFileSync(file, 'utf8');
  return {
    id: readNumber(text, 'prog_id'),
    type: readNumber(text, 'prog_type'),
    misses: readNumber(text, 'recursion_misses'),
  };
}

function readNumber(fdinfo: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo) ?? [];
  if (value === undefined) throw new Error(`no ${name} in fdinfo`);
  return Number(value);
}
