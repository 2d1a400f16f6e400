import type { Plan } from '../plan/plan.ts';
import { USER_BIT } from './key/layout.ts';
import { branch, type Lines } from './text.ts';

/**
 * Statements that say in `$id` whether the task is of the user that was asked for: its real user id, as the first user
 * namespace has it, is `$5`.
 */
export function flagUser({ tellsUser }: Plan): Lines {
  return tellsUser ? branch('(uint64)uid == (uint64)$5', [`$id = $id | (uint64)${USER_BIT};`]) : [];
}
