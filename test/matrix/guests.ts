import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { boot, type Parts } from './boot.ts';
import { describeMachine, type Job, type Suite } from './cells.ts';
import { judge } from './judge.ts';
import type { Greeting, Outcome } from './outcome.ts';
import type { Judged } from './table.ts';
import type { Verdict } from './verdict.ts';

/** Nothing is wrong with the product, but no guest can be had here; the message says why. */
export class NoGuestsError extends Error {}

/** Everything that guests are made of on this machine. */
export interface Workshop {
  readonly qemu: string;
  /** Directory with the image of each suite, or why there is none. */
  readonly images: ReadonlyMap<Suite, string | { readonly problem: string }>;
  readonly projectDisk: string;
  /** CPUs of each guest. */
  readonly cpus: number;
  readonly directory: string;
  close(): void;
}

/** A guest that was lost is booted again for the cells that it owes; one that is lost twice has a reason. */
const TRIES = 2;

/**
 * Get everything ready.
 *
 * @throws NoGuestsError where none can be had at all.
 */
export async function openWorkshop(
  suites: readonly Suite[],
  cpus: number,
  signal: AbortSignal,
): Promise<Workshop> {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-vm-`);
  const close = () => rmSync(directory, { recursive: true, force: true });
  try {
    const projectDisk = `${directory}/project.ext4`;
    const qemu = await script('emulator', [], signal);
    await script('project-disk', [projectDisk], signal);
    const images = new Map<Suite, string | { problem: string }>();
    for (const suite of suites) {
      const image = script('image', [suite], signal);
      images.set(suite, await image.catch((error: Error) => ({ problem: error.message })));
    }
    return { qemu, images, projectDisk, cpus, directory, close };
  } catch (error) {
    close();
    throw signal.aborted ? error : new NoGuestsError(String(error).replace(/^Error: /, ''));
  }
}

/** Run one of the scripts beside this file; what it prints last is what it made. */
async function script(
  name: 'emulator' | 'image' | 'project-disk',
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const { exitCode, stdout, stderr } = await execa(file, [...args], {
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (exitCode !== 0)
    throw new Error(stderr.trim().split('\n').at(-1) || `${name} ended with exit code ${exitCode}`);
  return stdout.trim().split('\n').at(-1) ?? '';
}

export interface JobListener {
  /** @param seconds - How long the run took in the guest. */
  onJudged(judged: Judged, seconds: number): void;
  say(sentence: string): void;
}

/**
 * Boot a guest and judge its cells, each as it comes.
 *
 * @returns Why the guest cannot be had; `undefined` where it ran.
 */
export async function runJob(
  { machine, cells }: Job,
  workshop: Workshop,
  signal: AbortSignal,
  { onJudged, say }: JobListener,
): Promise<string | undefined> {
  const kernel = workshop.images.get(machine.kernel);
  const root = workshop.images.get(machine.bpftrace);
  if (typeof kernel !== 'string') return kernel?.problem ?? 'there is no image';
  if (typeof root !== 'string') return root?.problem ?? 'there is no image';
  const parts: Parts = {
    qemu: workshop.qemu,
    kernelImage: kernel,
    rootImage: root,
    projectDisk: workshop.projectDisk,
    directory: mkdtempSync(`${workshop.directory}/guest-`),
    cpus: workshop.cpus,
  };
  let owed = cells;
  let greeting: Greeting | undefined;
  let lost = '';
  for (let attempt = 1; owed.length > 0 && attempt <= TRIES; attempt += 1) {
    const booted = await boot(parts, machine, owed, signal, {
      onGreeting: (words, seconds) => {
        greeting = words;
        say(
          `${describeMachine(machine)}: Linux ${words.kernel}, bpftrace ${words.bpftrace}, ${words.cpus} CPUs, booted in ${seconds.toFixed(1)} s`,
        );
      },
      onOutcome: (outcome: Outcome) => {
        if (greeting === undefined) throw new Error('a guest spoke before its greeting');
        const verdict = judge(machine, greeting, outcome);
        const { cell, ran, seconds } = outcome;
        onJudged({ machine, greeting, cell, ran, verdict }, seconds);
      },
    });
    owed = owed.slice(booted.outcomes);
    lost = booted.lost ?? '';
    if (lost !== '') say(`${describeMachine(machine)}: ${lost}`);
  }
  for (const cell of owed) {
    const verdict: Verdict = { result: 'wrong', words: lost, events: [] };
    onJudged({ machine, greeting, cell, ran: true, verdict }, 0);
  }
  return undefined;
}
