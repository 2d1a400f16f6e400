import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Compiled } from '../../src/session/compile.ts';
import { readBpfPrograms } from './bpf-programs.ts';
import { type Watching, whileWatching } from './watching.ts';
import { workloadPath } from './workloads.ts';

/** Programs that can be attached and detached at will. */
export interface Switch {
  /** Takes about a millisecond. */
  attach(): Promise<void>;
  /** Takes some tenths of a second. */
  detach(): Promise<void>;
}

/**
 * Do something with the programs of a plan, detached at first. A bpftrace loads them and ends; it takes a second to
 * start and to end, so that with and without could not be measured close together in time.
 */
export async function withSwitch<T>(
  compiled: Compiled,
  signal: AbortSignal,
  work: (programs: Switch) => Promise<T>,
): Promise<T> {
  let helper: ReturnType<typeof startHelper> | undefined;
  try {
    const ask = await whileWatching(compiled, 100, async (watching) => {
      helper = startHelper(listPrograms(watching), signal);
      const answers = createInterface({ input: helper.stdout })[Symbol.asyncIterator]();
      const expect = async (answer: string) => {
        const { value } = await answers.next();
        if (value !== answer) throw new Error((await helper)?.stderr || 'attach ended');
      };
      await expect('ready');
      return async (order: '+' | '-') => {
        helper?.stdin.write(order);
        await expect(order);
      };
    });
    return await work({ attach: () => ask('+'), detach: () => ask('-') });
  } finally {
    helper?.stdin.end();
    await helper;
  }
}

function startHelper(programs: readonly string[], signal: AbortSignal) {
  return execa(workloadPath('attach'), programs, {
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    cancelSignal: signal,
    reject: false,
  });
}

/** `PROGRAM_ID=TRACEPOINT` of each. @see test/workloads/attach.c */
function listPrograms({ bpftracePid, programs }: Watching): string[] {
  const loaded = readBpfPrograms(bpftracePid);
  return programs.flatMap(({ event, attachPoint }, i) =>
    event === 'dump' ? [] : [`${loaded[i]?.id}=${toTracepoint(attachPoint)}`],
  );
}

function toTracepoint(attachPoint: string): string {
  const [kind, ...names] = attachPoint.split(':');
  const name = names.at(-1) ?? '';
  if (kind === 'rawtracepoint') return name;
  if (kind !== 'tracepoint') throw new Error(`${attachPoint} cannot be attached without bpftrace`);
  return readTracepointId(names.join('/'));
}

/** The second place holds it where only debugfs is mounted. */
function readTracepointId(name: string): string {
  const [place = ''] = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'].filter((directory) =>
    existsSync(`${directory}/events`),
  );
  return readFileSync(`${place}/events/${name}/id`, 'latin1').trim();
}
