import type { Usage } from '../bpftrace/supervisor.ts';
import { UserError } from '../errors.ts';
import { type ProgramCost, readProgramCosts } from '../host/bpf-programs.ts';
import { measurePrograms } from '../host/bpf-stats.ts';
import { requireBpftool } from '../host/bpftool.ts';
import { type Cost, renderCost } from '../report/cost.ts';
import type { Session } from '../session/session.ts';
import { styleFor } from './style-for.ts';

/** Measures what our own programs, bpftrace and Node.js cost while a session watches. */
export interface CostMeter {
  /** Begin to measure a session. */
  begin(session: Pick<Session, 'readUsage'>): Promise<void>;
  /** Print on standard error what it has cost since then, or why that is not known. The session must still run. */
  tell(session: Pick<Session, 'readUsage'>): Promise<void>;
  /** Stop measuring: the kernel's switch is as it was. */
  close(): void;
}

interface Moment {
  readonly ns: bigint;
  readonly usage: Usage;
  readonly programs: readonly ProgramCost[];
}

/**
 * Switch on what the kernel measures of BPF programs.
 *
 * @throws UserError where that cannot be had.
 */
export function openCostMeter(io: NodeJS.Process): CostMeter {
  const bpftool = requireBpftool();
  const restore = measurePrograms();
  // Whatever ends the program.
  io.on('exit', restore);
  let began: Moment | undefined;
  return {
    begin: async (session) => {
      began = await look(bpftool, session);
    },
    tell: async (session) => {
      if (began === undefined) return;
      try {
        const now = await look(bpftool, session);
        io.stderr.write(renderCost(between(began, now), styleFor(io.stderr)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        io.stderr.write(`cost of watching: not known: ${error.message}\n`);
      }
    },
    close: () => {
      io.off('exit', restore);
      restore();
    },
  };
}

async function look(bpftool: string, session: Pick<Session, 'readUsage'>): Promise<Moment> {
  const usage = session.readUsage();
  if (usage.bpftrace === undefined) {
    throw new UserError(
      'NOT_ROOT',
      'what the programs of bpftrace cost can be read by root only, while it runs',
      { hint: 'run this as root, or leave out --cost' },
    );
  }
  const programs = await readProgramCosts(bpftool, usage.bpftrace.programIds);
  return { ns: process.hrtime.bigint(), usage, programs };
}

/** A bpftrace that was started again has new programs, which count from 0. */
function between(open: Moment, close: Moment): Cost {
  const before = new Map(open.programs.map((program) => [program.id, program]));
  const cpuOf = ({ usage }: Moment) => usage.bpftrace?.process.cpuMs ?? 0;
  return {
    seconds: Number(close.ns - open.ns) / 1e9,
    programs: close.programs.map((program) => ({
      ...program,
      runs: program.runs - (before.get(program.id)?.runs ?? 0),
      runNs: program.runNs - (before.get(program.id)?.runNs ?? 0),
    })),
    bpftraceMs: Math.max(0, cpuOf(close) - cpuOf(open)),
    nodeMs: close.usage.node.cpuMs - open.usage.node.cpuMs,
    kernelBytes: close.usage.bpftrace?.kernelBytes ?? 0,
  };
}
