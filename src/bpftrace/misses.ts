import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { toCount } from '../procfs/count.ts';
import { findOwnChild } from '../procfs/own-child.ts';

/** Tells how many events each attach point missed. */
export interface MissSource {
  /** Missed events by attach point, since attach; `undefined` where that cannot be read. */
  read(): ReadonlyMap<string, number> | undefined;
}

/**
 * Reads how many events each BPF program of one bpftrace missed: the kernel skips a program on a CPU where another one, or a
 * bpf() call on a map, is active. Needs root. The kernel counts misses of tracepoints since Linux 6.7.
 */
export class MissReader implements MissSource {
  readonly #pid: number;
  readonly #attachPoints: readonly string[];
  readonly #procRoot: string;
  #files: readonly string[] | undefined;

  /**
   * @param pid - Of a child of ours.
   * @param attachPoints - In the order of the program's text.
   * @param procRoot - Where the file tree starts in which the /proc is that shows it where ours does not.
   */
  constructor(pid: number, attachPoints: readonly string[], procRoot = '') {
    this.#pid = pid;
    this.#attachPoints = attachPoints;
    this.#procRoot = procRoot;
  }

  read(): ReadonlyMap<string, number> | undefined {
    try {
      this.#files ??= findProgramFiles(findOwnChild(this.#pid, ['', this.#procRoot]));
      const programs = this.#files
        .map((file) => parseProgram(readFileSync(file, 'utf8')))
        .sort((a, b) => a.id - b.id);
      return matchPrograms(this.#attachPoints, programs);
    } catch {
      // bpftrace has ended, or belongs to root and we do not.
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

/** Types of BPF programs by the first word of the attach point. 0.27 loads a raw tracepoint as type 26 (tracing). */
const TYPES: Readonly<Record<string, readonly number[]>> = {
  kprobe: [2],
  kretprobe: [2],
  tracepoint: [5],
  interval: [7],
  rawtracepoint: [17, 26],
  fentry: [26],
  fexit: [26],
};

/**
 * Find out which program belongs to which attach point. bpftrace loads programs in the order of the text; before about 0.18
 * it loads each one when it attaches it, in two passes. The types of the programs tell which order it was.
 *
 * @param programs - In the order in which they were loaded.
 * @returns Misses by attach point; `undefined` where the types fit neither order.
 */
export function matchPrograms(
  attachPoints: readonly string[],
  programs: readonly LoadedProgram[],
): ReadonlyMap<string, number> | undefined {
  const isAsLoaded = (points: readonly string[]) =>
    points.length === programs.length &&
    points.every((point, i) => TYPES[wordOf(point)]?.includes(programs[i]?.type ?? -1));
  const order = [attachPoints, toTwoPasses(attachPoints)].find(isAsLoaded);
  return order && new Map(order.map((point, i) => [point, programs[i]?.misses ?? 0]));
}

/** These are attached in the second pass, the last of the text first. */
const SECOND_PASS: readonly string[] = ['kprobe', 'fentry'];

function toTwoPasses(attachPoints: readonly string[]): string[] {
  const isSecond = (point: string) => SECOND_PASS.includes(wordOf(point));
  return [
    ...attachPoints.filter((point) => !isSecond(point)),
    ...attachPoints.filter(isSecond).reverse(),
  ];
}

/** `fentry:acct_process` → `fentry`. */
function wordOf(attachPoint: string): string {
  return /^\w*/.exec(attachPoint)?.[0] ?? '';
}

/** @throws Error where the process is gone, or not ours to look at. */
function findProgramFiles(directory: string | undefined): string[] {
  if (directory === undefined) throw new Error('no /proc shows bpftrace');
  return readdirSync(`${directory}/fd`)
    .filter((fd) => readlinkSync(`${directory}/fd/${fd}`) === 'anon_inode:bpf-prog')
    .map((fd) => `${directory}/fdinfo/${fd}`);
}

/** @param text - The fdinfo of a BPF program. @throws Error where a number is not in it. */
export function parseProgram(text: string): LoadedProgram {
  return {
    id: readNumber(text, 'prog_id'),
    type: readNumber(text, 'prog_type'),
    misses: readNumber(text, 'recursion_misses'),
  };
}

function readNumber(fdinfo: string, name: string): number {
  const [, digits] = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo) ?? [];
  const value = toCount(digits);
  if (value === undefined) throw new Error(`no ${name} in fdinfo`);
  return value;
}
