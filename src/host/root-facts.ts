import { UserError } from '../errors.ts';
import { readFile } from '../procfs/read-file.ts';
import type { BpftraceFacts, HostFacts, KernelVersion } from './facts.ts';

/** Holds for each kernel and bpftrace the programs of this machine, and what only root can read of it. Written by `setup`. */
export const STATE_DIRECTORY = '/var/lib/ebpf-processes';

/** What only root can read of a machine. */
export type RootFacts = Pick<
  HostFacts,
  'tracepoints' | 'fieldPlaces' | 'functions' | 'config' | 'bpfProblem' | 'lockdown' | 'kprobes'
>;

/** The directory of one kernel and one bpftrace below `STATE_DIRECTORY`. The launcher finds it by the kernel. */
export function nameState(kernel: KernelVersion, bpftrace: BpftraceFacts): string {
  return `${kernel.release}+${bpftrace.version}`;
}

export const ROOT_FACTS_FILE = 'facts.json';

/** Of the file's form; another one is not read. */
const FORM = 1;

/** The options of a kernel take 150 kB. */
const MOST_BYTES = 4 * 1024 * 1024;

export function renderRootFacts(facts: HostFacts): string {
  const { tracepoints, fieldPlaces, functions, config, bpfProblem, lockdown, kprobes } = facts;
  return `${JSON.stringify({
    form: FORM,
    tracepoints: [...tracepoints],
    fieldPlaces: [...fieldPlaces],
    functions: [...functions],
    config: { source: config.source, options: [...config.options] },
    bpfProblem,
    lockdown,
    kprobes,
  })}\n`;
}

/** @throws Error where this is not what `renderRootFacts` writes. */
export function parseRootFacts(text: string): RootFacts {
  const { form, ...found } = JSON.parse(text);
  if (form !== FORM) throw new Error(`its form is ${form}, not ${FORM}`);
  return {
    tracepoints: new Map(found.tracepoints),
    fieldPlaces: new Map(found.fieldPlaces),
    functions: new Map(found.functions),
    config: { source: found.config.source, options: new Map(found.config.options) },
    bpfProblem: found.bpfProblem,
    lockdown: found.lockdown,
    kprobes: found.kprobes,
  };
}

/**
 * What root has written down of this machine.
 *
 * @param root - Where the machine's file tree starts; '' but for tests.
 * @throws UserError `NOT_SET_UP` where nothing is written down for this kernel and bpftrace.
 */
export function readRootFacts(
  kernel: KernelVersion,
  bpftrace: BpftraceFacts,
  root = '',
): RootFacts {
  const path = `${root}${STATE_DIRECTORY}/${nameState(kernel, bpftrace)}/${ROOT_FACTS_FILE}`;
  const { bytes } = readFile(path, MOST_BYTES);
  if (bytes === undefined) throw notSetUp(kernel, bpftrace);
  try {
    return parseRootFacts(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw notSetUp(kernel, bpftrace, cause);
  }
}

export const SETUP_HINT = 'run once as root: ebpf-processes setup';

function notSetUp(kernel: KernelVersion, bpftrace: BpftraceFacts, cause?: unknown): UserError {
  return new UserError(
    'NOT_SET_UP',
    `no programs were rendered for Linux ${kernel.release} and bpftrace ${bpftrace.version}`,
    { hint: SETUP_HINT, cause },
  );
}
