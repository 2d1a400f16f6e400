import { SETTINGS, type Settings } from './settings.ts';

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
  const setting = SETTINGS[key];
  switch (setting.kind) {
    case 'switch':
      return BOOLEANS.get(text.toLowerCase());
    case 'words':
      return setting.words.find((word) => word === text.toLowerCase());
    case 'whole': {
      const number = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
      return number >= setting.min && number <= setting.max ? number : undefined;
    }
    case 'path':
      return text.startsWith('/') ? text : undefined;
  }
}

/** The values that a setting can have, to be read behind "must be". */
export function describeAccepted(key: keyof Settings): string {
  const setting = SETTINGS[key];
  switch (setting.kind) {
    case 'switch':
      return 'yes or no';
    case 'words':
      return `${setting.words.slice(0, -1).join(', ')} or ${setting.words.at(-1)}`;
    case 'whole':
      return `a whole number from ${setting.min} to ${setting.max}`;
    case 'path':
      return 'a full path, beginning with /';
  }
}

/** True for a setting that is a yes or no. */
export function isSwitch(key: keyof Settings): boolean {
  return SETTINGS[key].kind === 'switch';
}

/** The words of a setting that is one of some; `undefined` for any other. */
export function listWords(key: keyof Settings): readonly string[] | undefined {
  const setting = SETTINGS[key];
  return setting.kind === 'words' ? setting.words : undefined;
}

/** As it would stand in a file. */
export function showValue(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
