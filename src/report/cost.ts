import { groupDigits, printable, renderTable, type Style } from './page-table.ts';

/** What watching has cost the machine. */
export interface Cost {
  readonly seconds: number;
  readonly programs: readonly {
    readonly name: string;
    readonly type: string;
    readonly runs: number;
    readonly runNs: number;
  }[];
  /** Milliseconds of CPU. */
  readonly bpftraceMs: number;
  readonly nodeMs: number;
  /** Memory of tables and programs that the kernel holds. */
  readonly kernelBytes: number;
}

/** What watching has cost, as lines for a person: the sum, then each program in the kernel. */
export function renderCost(cost: Cost, style: Style): string {
  const { seconds, programs, bpftraceMs, nodeMs, kernelBytes } = cost;
  const runs = programs.reduce((sum, program) => sum + program.runs, 0);
  const runNs = programs.reduce((sum, program) => sum + program.runNs, 0);
  const share = (ms: number) => `${((ms / 1_000 / seconds) * 100).toFixed(2)} %`;
  const each = runs === 0 ? '' : `, ${Math.round(runNs / runs)} ns each`;
  const sum = [
    `cost of watching for ${seconds.toFixed(1)} s, of one CPU:`,
    `programs ${share(runNs / 1e6)} (${groupDigits(runs)} runs${each}),`,
    `bpftrace ${share(bpftraceMs)}, node ${share(nodeMs)};`,
    `${(kernelBytes / 2 ** 20).toFixed(1)} MiB of the kernel's memory`,
  ].join(' ');
  const rows = [...programs]
    .sort((a, b) => b.runNs - a.runNs)
    .map((program) => [
      share(program.runNs / 1e6),
      groupDigits(program.runs),
      program.runs === 0 ? '' : groupDigits(Math.round(program.runNs / program.runs)),
      printable(program.name),
      printable(program.type),
    ]);
  const head = ['>of one CPU', '>runs', '>ns each', 'program', 'type'];
  return `${sum}\n${renderTable(head, rows, style)}\n`;
}
