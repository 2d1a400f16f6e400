import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Reads how many events the kernel skipped for each BPF program of one bpftrace: a program is not run on a CPU where
 * another BPF program or a map call of bpf() is active. Needs root; works since Linux 6.7 for tracepoints.
 */
export class MissReader {
  readonly #pid: number;
  readonly #attachPoints: readonly string[];
  #files: readonly string[] | undefined;

  /** @param attachPoints - In the order of the program's text, which is the order of the BPF programs' ids. */
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
      return new Map(this.#attachPoints.map((point, i) => [point, programs[i]?.misses ?? 0]));
    } catch {
      // Gone, or not ours to read: either way nothing is known, and the caller says so.
      return undefined;
    }
  }
}

function findProgramFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:bpf-prog')
    .map((fd) => `/proc/${pid}/fdinfo/${fd}`);
}

function readProgram(file: string): { id: number; misses: number } {
  const text = readFileSync(file, 'utf8');
  return { id: readNumber(text, 'prog_id'), misses: readNumber(text, 'recursion_misses') };
}

function readNumber(fdinfo: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo) ?? [];
  if (value === undefined) throw new Error(`no ${name} in fdinfo`);
  return Number(value);
}
