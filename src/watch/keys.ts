import { GROUPS, SORTS, type WatchState } from './state.ts';

/** A key as `readline` tells it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

/** What a user wants besides another look. */
export type Wish = 'quit' | 'suspend' | 'redraw';

const MOST_TYPED = 100;

/** What the keys do, for the help. */
export const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['s', 'sort the programs by another column'],
  ['g', 'groups: cgroups, services or app groups'],
  ['/', 'filter programs and groups by a part of their names; Enter ends it, Esc clears it'],
  ['p', 'pause, and go on; space too'],
  ['q', 'quit; Ctrl-C too'],
  ['Ctrl-L', 'draw the screen anew'],
  ['Ctrl-Z', 'stop; fg goes on'],
];

/** What a key does: another state, or a wish that is not about the state. */
export function press(state: WatchState, key: Key): WatchState | Wish {
  if (key.ctrl === true && key.name === 'c') return 'quit';
  if (key.ctrl === true && key.name === 'z') return 'suspend';
  if (key.ctrl === true && key.name === 'l') return 'redraw';
  if (state.typed !== undefined) return type(state, state.typed, key);
  if (state.isHelp) return key.name === 'q' ? 'quit' : { ...state, isHelp: false };
  switch (key.name ?? key.sequence) {
    case 'q':
      return 'quit';
    case 'p':
    case 'space':
      return { ...state, paused: state.paused === undefined ? state.seen : undefined };
    case 's':
      return { ...state, sort: after(SORTS, state.sort) };
    case 'g':
      return { ...state, groups: after(GROUPS, state.groups) };
    case '/':
      return { ...state, typed: state.filter };
    case 'escape':
      return { ...state, filter: '' };
    case '?':
    case 'h':
      return { ...state, isHelp: true };
    default:
      return state;
  }
}

function type(state: WatchState, typed: string, { name, sequence = '', ctrl }: Key): WatchState {
  switch (name) {
    case 'return':
    case 'enter':
      return { ...state, filter: typed, typed: undefined };
    case 'escape':
      return { ...state, filter: '', typed: undefined };
    case 'backspace':
      return { ...state, typed: [...typed].slice(0, -1).join('') };
  }
  if (ctrl === true) return name === 'u' ? { ...state, typed: '' } : state;
  // Arrows and the like come as several characters.
  if ([...sequence].length !== 1 || sequence < ' ') return state;
  return { ...state, typed: [...typed, sequence].slice(0, MOST_TYPED).join('') };
}

function after<Item>(items: readonly Item[], item: Item): Item {
  return items[(items.indexOf(item) + 1) % items.length] ?? item;
}
