import type { HostFacts } from '../host/facts.ts';
import { type KernelClock, readKernelClock } from '../host/kernel-clock.ts';
import { type HostQuestions, readHostFacts } from '../host/read-host-facts.ts';
import { type ProcessUsage, readNodeUsage } from '../procfs/usage.ts';
import { type BpftraceUsage, readBpftraceUsage } from './kernel-usage.ts';
import { MissReader, type MissSource } from './misses.ts';
import { SELF_TEST_EVENTS, type SelfTestEvents } from './self-test.ts';
import { type TaskBoundsOptions, TaskBoundsReader, type TaskBoundsSource } from './task-bounds.ts';

/** Everything that a session reads from the machine, except what bpftrace prints. Tests replay a recorded one. */
export interface Machine {
  /** Where its file tree starts; empty but for fixtures. */
  readonly root: string;
  readFacts(questions: HostQuestions): Promise<HostFacts>;
  openClock(facts: HostFacts): KernelClock;
  /** @throws Error where the kernel's numbers of tasks cannot be read. */
  openTaskBounds(options: TaskBoundsOptions): TaskBoundsSource;
  /** @param attachPoints - Of the program that the process with this id runs, in the order of its text. */
  openMisses(pid: number, attachPoints: readonly string[], procRoot: string): MissSource;
  /** What a bpftrace uses; `undefined` where that cannot be read. See `readBpftraceUsage`. */
  readBpftraceUsage(pid: number, procRoot: string): BpftraceUsage | undefined;
  readNodeUsage(): ProcessUsage;
  readonly selfTestEvents: SelfTestEvents;
}

/** The machine that we run on. */
export const THIS_MACHINE: Machine = {
  root: '',
  readFacts: readHostFacts,
  openClock: readKernelClock,
  openTaskBounds: (options) => new TaskBoundsReader(options),
  openMisses: (pid, attachPoints, procRoot) => new MissReader(pid, attachPoints, procRoot),
  readBpftraceUsage,
  readNodeUsage,
  selfTestEvents: SELF_TEST_EVENTS,
};
