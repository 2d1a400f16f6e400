import { InvalidArgumentError, Option } from 'commander';
import { MORE } from '../help.ts';

/** Options that several commands have: each of them is described here only. */

const MAX_DURATION_SECONDS = 86_400;

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };

/** @param formats - The first one is what is printed where nothing is said. */
export function formatOption(formats: readonly string[] = ['table', 'json']): Option {
  return new Option('-f, --format <format>', 'what to print').choices(formats).default(formats[0]);
}

export function durationOption(): Option {
  return new Option('-d, --duration <time>', 'how long to watch without a COMMAND: 5, 30s, 2m, 1h')
    .argParser(parseDuration)
    .default(5);
}

export function outputOption(): Option {
  return new Option(
    '-o, --output <file>',
    'print to a file; the standard output of COMMAND is then left alone',
  );
}

export function costOption(): Option {
  return new Option(
    '--cost',
    'say at the end what watching cost, on standard error; needs root and bpftool',
  ).helpGroup(MORE);
}

export function topOption(): Option {
  return new Option('-n, --top <number>', 'how many rows each table of the page has')
    .argParser(parseTop)
    .default(5);
}

/** A time as `5`, `30s`, `2m`, `1h`. @returns Seconds. @throws InvalidArgumentError where it is none, or out of range. */
export function parseDuration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const seconds = Number(number) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (number !== '' && seconds >= 0.1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new InvalidArgumentError('It must be from 0.1 to 86400 seconds, or as 30s, 2m or 24h.');
}

function parseTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
