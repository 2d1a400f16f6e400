import * as z from 'zod';
import { type Settings, settingsSchema } from './settings.ts';

/** A value of one of the settings. */
export type Value = string | number | boolean;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', 'on', 'auto', 'on demand'].map((word) => [word, true] as const),
  ...['no', 'false', 'off'].map((word) => [word, false] as const),
]);

/** Decimal or 0x…. 010 and 5s are errors, although Netdata reads 8 and 5: whoever wrote them meant something else. */
const WHOLE_NUMBER = /^(0|[1-9]\d*|0x[\da-f]+)$/i;

/**
 * What a text means as the value of a setting, as Netdata reads it.
 *
 * @returns `undefined` where the setting cannot have it. Netdata would silently use another value.
 */
export function readValue(key: keyof Settings, text: string): Value | undefined {
  const schema = settingsSchema.shape[key].unwrap();
  const parsed = schema.safeParse(toInput(schema, text));
  return parsed.success ? parsed.data : undefined;
}

/** The values that a setting can have, to be read behind "must be". */
export function describeAccepted(key: keyof Settings): string {
  const schema = settingsSchema.shape[key].unwrap();
  if (schema instanceof z.ZodBoolean) return 'yes or no';
  if (schema instanceof z.ZodEnum) {
    const words: readonly string[] = schema.options;
    return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  }
  if (schema instanceof z.ZodNumber) {
    return `a whole number from ${schema.minValue} to ${schema.maxValue}`;
  }
  return 'a full path, beginning with /';
}

/** True for a setting that is a yes or no. */
export function isSwitch(key: keyof Settings): boolean {
  return settingsSchema.shape[key].unwrap() instanceof z.ZodBoolean;
}

/** As it would stand in a file. */
export function showValue(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function toInput(schema: z.ZodType, text: string): unknown {
  if (schema instanceof z.ZodBoolean) return BOOLEANS.get(text.toLowerCase());
  if (schema instanceof z.ZodEnum) return text.toLowerCase();
  if (schema instanceof z.ZodNumber) return WHOLE_NUMBER.test(text) ? Number(text) : undefined;
  return text;
}
