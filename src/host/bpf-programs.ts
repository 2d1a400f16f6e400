import { askBpftool } from './bpftool.ts';

/** What a BPF program has cost since it was loaded, while the kernel measured it. */
export interface ProgramCost {
  readonly id: number;
  /** At most 15 characters. */
  readonly name: string;
  readonly type: string;
  readonly runs: number;
  readonly runNs: number;
}

/** Read what each of these programs has cost, by `bpftool prog show`. @throws UserError where bpftool fails. */
export async function readProgramCosts(
  bpftool: string,
  ids: readonly number[],
): Promise<ProgramCost[]> {
  return parsePrograms(await askBpftool(bpftool, ['prog', 'show'])).filter(({ id }) =>
    ids.includes(id),
  );
}

/** @param answer - Of `bpftool --json prog show`. A program that has not run has no numbers. */
export function parsePrograms(answer: unknown): ProgramCost[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((program: Record<string, unknown> | null) => {
    const { id, name, type, run_cnt, run_time_ns } = program ?? {};
    if (typeof id !== 'number') return [];
    return [
      {
        id,
        name: typeof name === 'string' ? name : '',
        type: typeof type === 'string' ? type : '',
        runs: typeof run_cnt === 'number' ? run_cnt : 0,
        runNs: typeof run_time_ns === 'number' ? run_time_ns : 0,
      },
    ];
  });
}
