import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../../src/bpftrace/sample.ts';
import { Supervisor, type SupervisorOptions } from '../../src/bpftrace/supervisor.ts';
import { LIMITS, type Limits } from '../../src/bpftrace/timeouts.ts';
import { renderProgram } from '../../src/program/render.ts';
import { buildClock, buildFacts, buildPlanFor, NO_PLAN } from '../builders.ts';

/** Without the waits that nobody wants to see. */
export const SHORT: Limits = {
  ...LIMITS,
  restartDelaysMs: [0, 10, 20],
  longestLineBytes: 1_000_000,
};

/** Where a bpftrace is silent for good. */
export const IMPATIENT: Limits = { ...SHORT, firstDumpTimeoutMs: 1_500, silenceTimeoutMs: 1_000 };

/** The full path of a program in `fixtures/bin`. */
export function fakeBpftrace(behaviour: string): string {
  return fileURLToPath(new URL(`../../fixtures/bin/${behaviour}`, import.meta.url));
}

/** A supervisor of a bpftrace that misbehaves, and what came of it so far. */
export function openFakeSupervisor(
  behaviour: string,
  different: Partial<SupervisorOptions> & { readonly path?: string } = {},
) {
  const samples: Sample[] = [];
  const notices: string[] = [];
  let wake: () => void = () => undefined;
  const { path = fakeBpftrace(behaviour), ...options } = different;
  const supervisor = new Supervisor({
    facts: buildFacts({ bpftrace: { path, version: '0.23.2', major: 0, minor: 23 } }),
    plan: NO_PLAN,
    program: { ...renderProgram(buildPlanFor({}, 'entry')), attachPoints: [] },
    clock: buildClock(() => Date.now() * 1e6),
    periodMs: 50,
    limits: SHORT,
    onSample: (sample) => {
      samples.push(sample);
      wake();
    },
    onNotice: (sentence) => {
      notices.push(sentence);
      wake();
    },
    ...options,
  });
  /** Resolves once `condition` holds; it is looked at after each sample and each notice. */
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const controller = new AbortController();
  return { supervisor, samples, notices, until, controller };
}

/** A bpftrace that can be replaced, and that says in `starts` how often it was started. */
export function writeBpftrace() {
  const directory = mkdtempSync(`${tmpdir()}/fake-bpftrace-`);
  const path = `${directory}/bpftrace`;
  writeFileSync(`${directory}/starts`, '');
  const behave = (behaviour: string) => {
    const text = `#!/bin/bash\necho >>${directory}/starts\nexec ${fakeBpftrace(behaviour)}\n`;
    writeFileSync(`${path}.new`, text, { mode: 0o755 });
    // At once, because it may be started right now.
    renameSync(`${path}.new`, path);
  };
  return {
    path,
    behave,
    countStarts: () => readFileSync(`${directory}/starts`, 'utf8').length,
    remove: () => rmSync(directory, { recursive: true }),
  };
}
