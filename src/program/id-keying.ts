import type { Half } from './halves.ts';
import type { Subject, SubjectKey } from './keying.ts';

/**
 * The key of a subject where the kernel's types cannot be read: its process id and cgroup. What a process is called, and
 * whose child it is, stands beside the keys in `@comms` and `@parents`, which are printed and cleared with them.
 */
export function buildIdKey(subject: Subject, remembersEnding: boolean): SubjectKey {
  switch (subject) {
    case 'caller':
      return { prelude: [], key: CURRENT_KEY, inHalf: noteFirstComm };
    case 'self':
      return { prelude: [], key: CURRENT_KEY, inHalf: noteComm };
    case 'ending':
      return {
        prelude: remembersEnding
          ? [
              '@_ending[(uint64)tid] = (uint64)pid;',
              '@_ending_cgroup[(uint64)tid] = (uint64)cgroup;',
            ]
          : [],
        key: CURRENT_KEY,
        inHalf: noteFirstComm,
      };
    case 'remembered':
      return {
        prelude: [
          '$id = @_ending[(uint64)args->pid];',
          '$cgroup = @_ending_cgroup[(uint64)args->pid];',
          'if ($id != 0) {',
          '  delete(@_ending[(uint64)args->pid]);',
          '  delete(@_ending_cgroup[(uint64)args->pid]);',
          '}',
        ],
        key: buildKey('$id', '$cgroup'),
      };
    case 'dead':
      throw new Error('a dead task can be read by the types of the kernel alone');
  }
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
