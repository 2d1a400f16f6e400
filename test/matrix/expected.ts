import type { AttachType, TaskEvent } from '../../src/plan/plan.ts';
import type { Asked, Cell, Machine } from './cells.ts';
import type { Greeting } from './outcome.ts';

/** What must come of a cell, written down without the code that decides it. */
export interface Expected {
  /** How each event must be counted. */
  readonly events: Readonly<Record<TaskEvent, Way>>;
  /** How the exit event must be attached to a kernel function besides its tracepoint; `undefined` where it must not. */
  readonly exitFunction: FunctionType | undefined;
  /** Set where nothing can be counted at all. */
  readonly refusal: Rejection | undefined;
}

/** How it is attached; `computed` without a probe; or absent, with a reason that says this. */
export type Way = AttachType | 'computed' | RegExp;

type FunctionType = 'fentry' | 'kprobe';

export interface Rejection {
  /** What must be on standard error. */
  readonly says: RegExp;
}

/** What a guest can do, as far as it decides. */
interface Abilities {
  /** Type information of the kernel that this bpftrace reads. */
  readonly types: boolean;
  readonly fentry: boolean;
  readonly rawTracepoints: boolean;
  /** Fields of tracepoints: from 0.25 on they come from the type information alone. */
  readonly fields: boolean;
  /** An ending task says whether it is the last one of its process. */
  readonly groupDead: boolean;
  /** A raw tracepoint's program can be preempted, and events are missed meanwhile. */
  readonly preemptsTracepoints: boolean;
}

/** Neither number is a copy that somebody mounted over the kernel's own. */
const NO_TASK_NUMBERS = /\/proc\/loadavg/;

const NO_FIELDS = /only with kernel type information/;

/** What must come of a cell in a guest. */
export function expectedOf(machine: Machine, greeting: Greeting, cell: Cell): Expected {
  const can = readAbilities(greeting, cell);
  const field = can.fields ? ('tracepoint' as const) : NO_FIELDS;
  const anyTracepoint =
    can.rawTracepoints && !can.preemptsTracepoints ? ('rawtracepoint' as const) : field;
  return {
    events: {
      create: anyTracepoint,
      exec: anyTracepoint,
      exit: can.groupDead ? anyTracepoint : field,
      release: cell.hidden === 'loadavg' ? NO_TASK_NUMBERS : 'computed',
      error: cell.asked.mode === 'entry' ? /^the load mode is entry/ : expectError(can, cell.asked),
    },
    exitFunction: can.groupDead ? undefined : expectExitFunction(can, cell.asked),
    refusal: expectRefusal(machine, greeting, cell),
  };
}

function readAbilities({ kernel, bpftrace }: Greeting, { hidden }: Cell): Abilities {
  const minor = Number(bpftrace.split('.')[1]);
  const [major = 0, patch = 0] = kernel.split('.').map(Number);
  const types = hidden !== 'btf' && minor >= 12;
  return {
    types,
    fentry: types,
    rawTracepoints: types && (minor === 23 || minor >= 27),
    fields: types || minor < 25,
    groupDead: major > 6 || (major === 6 && patch >= 16),
    preemptsTracepoints: major >= 7,
  };
}

/**
 * Before 6.16 a function that the kernel calls for the last thread of a process tells which exit is that of a process. Where
 * fentry is asked for by name and cannot be had, the tracepoint alone must do.
 */
function expectExitFunction(can: Abilities, asked: Asked): FunctionType | undefined {
  if (asksForKprobe(asked)) return 'kprobe';
  if (can.fentry) return 'fentry';
  return asked.typeFormat === 'co-re' ? undefined : 'kprobe';
}

function expectError(can: Abilities, asked: Asked): AttachType {
  return asksForKprobe(asked) || !can.fentry ? 'kretprobe' : 'fexit';
}

function asksForKprobe({ typeFormat, coReTracing }: Asked): boolean {
  return typeFormat === 'legacy' || (typeFormat === 'co-re' && coReTracing === 'probe');
}

function expectRefusal(
  { lockdown }: Machine,
  { bpftrace }: Greeting,
  { hidden }: Cell,
): Rejection | undefined {
  const minor = Number(bpftrace.split('.')[1]);
  if (lockdown === 'confidentiality') return { says: /locked down \(confidentiality\)/ };
  // bpftrace before 0.17 looks for tracepoints below debugfs only.
  if (minor < 17 && (hidden === 'tracefs' || hidden === 'debugfs')) {
    return { says: /debugfs, which is not mounted\nhint: .*mount -t debugfs/ };
  }
  return hidden === 'tracefs'
    ? { says: /tracefs is not mounted\nhint: .*mount -t tracefs/ }
    : undefined;
}
