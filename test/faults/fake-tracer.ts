import { fileURLToPath } from 'node:url';
import { type Sample, Supervisor } from '../../src/bpftrace/supervisor.ts';
import { LIMITS, type Limits } from '../../src/bpftrace/timeouts.ts';
import { buildFacts } from '../builders.ts';

/** Short enough for a test, long enough for a busy machine. */
const SHORT: Limits = {
  ...LIMITS,
  firstDumpTimeoutMs: 1_500,
  silenceTimeoutMs: 1_000,
  restartDelaysMs: [0, 10, 10],
};

/** The full path of a program in `fixtures/bin`. */
export function fakeBpftrace(behaviour: string): string {
  return fileURLToPath(new URL(`../../fixtures/bin/${behaviour}`, import.meta.url));
}

/** A tracer over a bpftrace that misbehaves, and what came of it so far. */
export function openFakeTracer(behaviour: string) {
  const readings: Sample[] = [];
  const notices: string[] = [];
  let wake: () => void = () => undefined;
  const tracer = new Supervisor({
    facts: factsOf(behaviour),
    program: { text: 'unused', maps: [], attachPoints: [], tables: 'per-cpu' },
    clock: { wallOffsetNs: 0n, nowNs: () => Date.now() * 1e6 },
    periodMs: 50,
    limits: SHORT,
    onReading: (reading) => {
      readings.push(reading);
      wake();
    },
    onNotice: (sentence) => {
      notices.push(sentence);
      wake();
    },
  });
  /** Resolves once `condition` holds; it is looked at after each reading and each notice. */
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { tracer, readings, notices, until };
}

function factsOf(behaviour: string) {
  return buildFacts({
    bpftrace: { path: fakeBpftrace(behaviour), version: '0.23.2', major: 0, minor: 23 },
  });
}
