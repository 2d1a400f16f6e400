import { expect, test } from 'vitest';
import { renderCost } from '../../src/report/cost.ts';

test('what watching cost: the sum, then each program, the dearest first', () => {
  const cost = {
    seconds: 2,
    programs: [
      { name: 'exec', type: 'tracepoint', runs: 0, runNs: 0 },
      { name: 'task\u001b[31m', type: 'tracepoint', runs: 2_000, runNs: 1_000_000 },
    ],
    bpftraceMs: 20,
    nodeMs: 100,
    kernelBytes: 3 * 2 ** 20,
  };
  expect(renderCost(cost, (_, text) => text)).toBe(
    `cost of watching for 2.0 s, of one CPU: programs 0.05 % (2,000 runs, 500 ns each), bpftrace 1.00 %, node 5.00 %; 3.0 MiB of the kernel's memory
of one CPU   runs  ns each  program       type
    0.05 %  2,000      500  task\\x1b[31m  tracepoint
    0.00 %      0           exec          tracepoint
`,
  );
});
