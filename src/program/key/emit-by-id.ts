import type { IdKeying } from '../../plan/plan.ts';
import type { Half } from '../double-buffer.ts';
import type { Subject, SubjectKey } from './emit.ts';

/**
 * The key of a subject where the kernel's types cannot be read: its process id and cgroup. What a process is called, and
 * whose child it is, stands beside the keys in `@comms` and `@parents`, which are printed and cleared with them.
 */
export function buildIdKey(
  subject: Subject,
  { remembersEnding, remembersBy }: IdKeying,
): SubjectKey {
  switch (subject.kind) {
    case 'caller':
      return { prelude: [], key: CURRENT_KEY, inHalf: noteFirstComm };
    case 'self':
      return { prelude: [], key: CURRENT_KEY, inHalf: noteComm };
    case 'ending':
      return {
        prelude: remembersEnding
          ? [
              `@_ending[(uint64)${remembersBy}] = (uint64)pid;`,
              `@_ending_cgroup[(uint64)${remembersBy}] = (uint64)cgroup;`,
            ]
          : [],
        key: CURRENT_KEY,
        inHalf: noteFirstComm,
      };
    case 'remembered':
      return recallEnding('args->pid');
    case 'dead':
      return recallEnding(subject.task);
  }
}

/** @param place - Under what the ending task was remembered; see `IdKeying.remembersBy`. */
function recallEnding(place: string): SubjectKey {
  return {
    prelude: [
      `$id = @_ending[(uint64)${place}];`,
      `$cgroup = @_ending_cgroup[(uint64)${place}];`,
      'if ($id != 0) {',
      `  delete(@_ending[(uint64)${place}]);`,
      `  delete(@_ending_cgroup[(uint64)${place}]);`,
      '}',
    ],
    key: buildKey('$id', '$cgroup'),
  };
}

/** Statements that note whose child a new process is. */
export function noteChild(id: string, half: Half): string[] {
  return [`@parents_${half}[${id}] = (uint64)pid;`];
}

const CURRENT_KEY = buildKey('(uint64)pid', '(uint64)cgroup');

function buildKey(id: string, cgroup: string): string[] {
  return [id, '(uint64)0', '(uint64)0', '(uint64)0', cgroup];
}

function noteComm(half: Half): string[] {
  return [`@comms_${half}[(uint64)pid] = comm;`];
}

/** A thread may have a name of its own, and the process is called by that of its first one. */
function noteFirstComm(half: Half): string[] {
  return ['if (pid == tid) {', ...noteComm(half).map((statement) => `  ${statement}`), '}'];
}
