import type { Plan } from '../plan/plan.ts';
import { read8, read32, read64 } from './key/emit.ts';

/** A field of the record of a tracepoint: statements that read it, and what stands for it from then on. */
export interface Field {
  readonly prelude: readonly string[];
  readonly value: string;
}

const RECORD = '(uint64)args';

/**
 * A field by its place, where the plan has it, else by its name.
 *
 * @param tracepoint - `category:name`.
 */
export function readField(
  { fieldPlaces }: Pick<Plan, 'fieldPlaces'>,
  tracepoint: string,
  name: string,
): Field {
  const place = fieldPlaces.get(`${tracepoint}.${name}`);
  const read = place && READS[place.bytes];
  if (place === undefined || read === undefined) return { prelude: [], value: `args->${name}` };
  const variable = `$arg_${name}`;
  return { prelude: [`${variable} = ${read(RECORD, place.offset)};`], value: variable };
}

const READS: Readonly<Record<number, typeof read64>> = { 1: read8, 4: read32, 8: read64 };
