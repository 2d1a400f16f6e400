import { expect, test } from 'vitest';
import type { CommandObservation } from '../../src/report/build-command.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderStat } from '../../src/report/stat.ts';
import type { CommandState } from '../../src/scopes/command/scope.ts';
import {
  buildClose,
  buildCommandObservation,
  buildCommandState,
  buildCounters,
  buildObservation,
  buildScopesState,
  buildSnapshot,
} from './observation.ts';

function statOf(observed: Partial<CommandObservation> = {}, state: Partial<CommandState> = {}) {
  const total = buildCounters({
    process_created: 1_200,
    thread_created: 2,
    exec: 5,
    process_exited: 4,
  });
  return renderStat(
    buildReport(
      buildObservation({
        open: buildSnapshot({ command: buildCommandState(), scopes: buildScopesState() }),
        close: buildClose({
          command: buildCommandState({ total, ...state }),
          scopes: buildScopesState(),
          counters: { process_created: 1_200, thread_created: 2 },
          kernel: { created: { low: 1_202, high: 1_202 } },
        }),
        command: buildCommandObservation(observed),
      }),
    ),
  );
}

test('one line: what the command did, how long it took, how it ended', () => {
  expect(statOf({ exitCode: 2 })).toMatch(
    /^ebpf-processes: 1,200 processes created, 2 threads created, 5 execs, 4 processes exited, .*failed forks.*; 1\.00 s, exit code 2\n$/,
  );
  expect(statOf({ exitCode: 137, signal: { number: 9, name: 'KILL' } })).toMatch(
    /s, killed by SIGKILL\n$/,
  );
  expect(statOf({ isRunning: true })).toMatch(/s, still running\n$/);
});

test('what may be missing is said', () => {
  expect(statOf({}, { unmarked: 3 })).toMatch(/^ebpf-processes: at least 1,200 processes/);
});

test('without a command it is the whole machine', () => {
  const report = buildReport(buildObservation({ close: buildClose({ counters: { exec: 7 } }) }));
  expect(renderStat(report)).toMatch(/^ebpf-processes: whole machine: .* 7 execs, .*; [\d.]+ s\n$/);
});
