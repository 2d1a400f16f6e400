import { type Answer, refuse } from './answer.ts';
import { toAnswer } from './table.ts';

/** What a call of the control function asks for. */
export type Wish =
  | { readonly kind: 'show' }
  | { readonly kind: 'enable' | 'extend'; readonly seconds: number | undefined }
  | { readonly kind: 'disable' }
  | { readonly kind: 'wrong'; readonly sentence: string };

export interface CollectorState {
  readonly isRunning: boolean;
  /** `null` where it runs without an end. */
  readonly secondsLeft: number | null;
}

const MOST_SECONDS = 31_536_000;

/** @param words - Of the call, such as `enable:300`. Without one it shows the state. */
export function readWish(words: readonly string[]): Wish {
  const [word, ...others] = words.filter((candidate) => candidate !== 'info');
  if (word === undefined) return { kind: 'show' };
  if (others.length > 0) return wrong(`one word at a time, not ${words.length}`);
  const [, verb, digits] = /^(enable|extend|disable)(?::(\d{1,9}))?$/.exec(word) ?? [];
  if (verb === undefined) return wrong(`there are enable:SECONDS, extend:SECONDS and disable`);
  if (verb === 'disable')
    return digits === undefined ? { kind: verb } : wrong('disable has no time');
  const seconds = digits === undefined ? undefined : Number(digits);
  const isOdd = seconds !== undefined && (seconds < 1 || seconds > MOST_SECONDS);
  if (isOdd) return wrong(`a time is from 1 to ${MOST_SECONDS} seconds`);
  return { kind: verb as 'enable' | 'extend', seconds };
}

/** The state as a table of one row, as ebpf.plugin's own function had it. */
export function showState({ isRunning, secondsLeft }: CollectorState): Answer {
  return toAnswer({
    help: 'enable:SECONDS counts for that time from now on; extend:SECONDS adds to the time that is left; disable ends it',
    columns: [
      { name: 'Thread', kind: 'key' },
      { name: 'Description', kind: 'text' },
      { name: 'Status', kind: 'text' },
      { name: 'Time', kind: 'seconds' },
    ],
    rows: [
      [
        'process',
        'Processes and threads that are created, executed, exited and released, and failed forks',
        isRunning ? 'running' : 'stopped',
        isRunning ? secondsLeft : 0,
      ],
    ],
    sortBy: 'Thread',
  });
}

export function refuseWish(sentence: string): Answer {
  return refuse(400, sentence);
}

function wrong(sentence: string): Wish {
  return { kind: 'wrong', sentence };
}
