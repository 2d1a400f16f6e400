import * as z from 'zod';
import type { ToldPlan } from '../plan/plan.ts';
import type { CommandObservation } from '../report/build-command.ts';
import type { ToldFacts } from '../report/build-report.ts';

/** Version of the format. One that an older reader would misread has another number. */
export const RECORDING_VERSION = 1;

/** The first line of each file of a recording: all that a report needs and that does not change. */
export interface Header {
  readonly recording: typeof RECORDING_VERSION;
  /** Version of the program that recorded. */
  readonly program: string;
  /** The same in all files of one recording. */
  readonly id: string;
  /** Number of the file, from 1. */
  readonly part: number;
  readonly host: string;
  readonly facts: ToldFacts;
  readonly plan: ToldPlan;
  readonly wants: { readonly apps: boolean; readonly cgroups: boolean };
  /** What is to be said of every window. */
  readonly notices: readonly string[];
}

/** The last line: how the recording ended. */
export interface End {
  /** A signal ended it. */
  readonly interrupted: boolean;
  /** The command that was watched; `null` without one. */
  readonly command: CommandObservation | null;
}

/** Text for people, which may come from anywhere: nothing in it reaches a terminal as a control sequence. */
const text = z
  .string()
  .max(10_000)
  .transform((raw) => raw.replace(/[\p{Cc}\p{Cf}]/gu, '�'));

/** Words of a command line: a page makes them printable itself. */
const word = z.string().max(200_000);

const texts = z.array(text).max(1_000);

const rejected = z.array(z.object({ candidate: text, reason: text })).max(100);
const event = z.enum(['create', 'exec', 'exit', 'release', 'error']);
const attachType = z.enum([
  'tracepoint',
  'rawtracepoint',
  'fentry',
  'fexit',
  'kprobe',
  'kretprobe',
]);

const eventPlan = z.union([
  z.object({
    event,
    attachType,
    family: z.enum(['tracepoint', 'rawtracepoint', 'fentry', 'kprobe']),
    candidate: text,
    attachPoints: texts,
    maps: texts,
    quality: z.enum(['exact', 'approximate']),
    reason: text,
    rejected,
  }),
  z.object({
    event,
    attachType: z.null(),
    quality: z.enum(['exact', 'absent']),
    reason: text,
    rejected,
  }),
]);

const headerSchema = z.object({
  recording: z.literal(RECORDING_VERSION),
  program: text,
  id: text,
  part: z.int().min(1),
  host: text,
  facts: z.object({
    kernel: z.object({ release: text }),
    bpftrace: z.object({ version: text }),
    btf: z.enum(['readable', 'unreadable', 'absent']),
    cpus: z.int().min(1).max(1_000_000),
  }),
  plan: z.object({
    events: z.array(eventPlan).max(100),
    keying: z.object({ by: z.enum(['types', 'ids']) }).nullable(),
    warnings: texts,
    notes: texts,
  }),
  wants: z.object({ apps: z.boolean(), cgroups: z.boolean() }),
  notices: texts,
});

const endSchema = z.object({
  interrupted: z.boolean(),
  command: z
    .object({
      argv: z.array(word).max(100_000),
      user: word.nullable(),
      exitCode: z.int().min(0).max(255),
      signal: z.object({ number: z.int().min(1).max(255), name: text }).nullable(),
      isRunning: z.boolean(),
      seconds: z.number().min(0),
      noCgroup: text.optional(),
    })
    .nullable(),
});

/** @returns `undefined` where this is no header of this version. */
export function parseHeader(value: unknown): Header | undefined {
  const { data } = headerSchema.safeParse(value);
  return data as Header | undefined;
}

/** @returns `undefined` where this is no end. */
export function parseEnd(value: unknown): End | undefined {
  const { data } = endSchema.safeParse(value);
  return data as End | undefined;
}

/** @returns `undefined` where this is no notice. */
export function parseNotice(value: unknown): string | undefined {
  return text.safeParse(value).data;
}
