import {
  type AttachedEvent,
  type FentryWords,
  isAttached,
  type Plan,
  type TaskEvent,
} from '../plan/plan.ts';
import { ABOUT_CGROUPS, emitCgroups } from './cgroups.ts';
import {
  ABOUT_DOUBLE_BUFFER_DUMP,
  ABOUT_DUMP,
  DUMP_PROGRAM,
  emitDoubleBufferDump,
  emitDump,
} from './dump.ts';
import { CREATE_EMITTERS } from './events/create.ts';
import type { Block, Emitter } from './events/emitter.ts';
import { ERROR_EMITTERS } from './events/error.ts';
import { EXEC_EMITTERS } from './events/exec.ts';
import { EXIT_EMITTERS } from './events/exit.ts';
import { buildLayout, type ProgramLayout } from './layout.ts';
import { block } from './text.ts';

/** What bpftrace is given, and what its output will hold. */
export interface Program {
  readonly text: string;
  /** Every map that its dumps print. */
  readonly layout: ProgramLayout;
  /** Attach points in the order of the text, the dump's interval last. bpftrace loads one BPF program for each. */
  readonly attachPoints: readonly string[];
}

const EMITTERS: Readonly<Record<string, Emitter>> = {
  ...CREATE_EMITTERS,
  ...EXEC_EMITTERS,
  ...EXIT_EMITTERS,
  ...ERROR_EMITTERS,
};

/** What is counted, whichever candidate counts it. */
const ABOUT: Readonly<Record<TaskEvent, string>> = {
  create: 'tasks that were created, processes and threads apart',
  exec: 'execs that succeeded',
  exit: 'tasks that ended, processes and threads apart',
  release: 'tasks that were released',
  error: 'failed forks by errno',
};

/** Blocks of a program under one comment. */
interface Section {
  readonly title: string;
  readonly about: readonly string[];
  readonly blocks: readonly Block[];
}

/**
 * Render the bpftrace program of a plan: a section for each event, one for cgroups where they are watched, and the dump.
 *
 * @throws Error for a candidate that has no emitter.
 */
export function renderProgram(plan: Plan): Program {
  const layout = buildLayout(plan);
  const cgroupEvents = plan.keying?.cgroupEvents ?? null;
  const sections = [
    ...plan.events.filter(isAttached).map((event) => renderEvent(event, plan)),
    ...(cgroupEvents === null
      ? []
      : [{ title: 'cgroups', about: ABOUT_CGROUPS, blocks: emitCgroups(cgroupEvents, plan) }]),
  ];
  const dump =
    plan.keying === null
      ? { title: 'dump', about: ABOUT_DUMP, blocks: [emitDump(layout)] }
      : { title: 'dump', about: ABOUT_DOUBLE_BUFFER_DUMP, blocks: [emitDoubleBufferDump(layout)] };
  return {
    text: [
      ...renderConfig(plan),
      ...[...sections, dump].map((section) => renderSection(section, plan.fentryWords)),
    ].join('\n'),
    layout,
    attachPoints: [
      ...sections.flatMap(({ blocks }) => blocks.flatMap(({ attachPoints }) => attachPoints)),
      DUMP_PROGRAM,
    ],
  };
}

/** Not a line where nothing is set. */
function renderConfig({ config }: Plan): string[] {
  const settings = Object.entries(config).map(([name, value]) => `${name} = ${value};`);
  return settings.length === 0 ? [] : [`${block('config =', settings).join('\n')}\n`];
}

function renderEvent(event: AttachedEvent, plan: Plan): Section {
  const emitter = EMITTERS[event.candidate];
  if (emitter === undefined) throw new Error(`no emitter writes ${event.candidate}`);
  return {
    title: event.candidate,
    about: [ABOUT[event.event], ...emitter.about],
    blocks: emitter.emit(event, plan),
  };
}

function renderSection({ title, about, blocks }: Section, words: FentryWords): string {
  const comment = about.map((line, i) => (i === 0 ? `// ${title}: ${line}` : `// ${line}`));
  const lines = blocks.flatMap(({ attachPoints, body }) =>
    block(attachPoints.map((point) => spellAttachPoint(point, words)).join(',\n'), body),
  );
  return `${[...comment, ...lines].join('\n')}\n`;
}

/** `fentry:…` and `fexit:…` as this bpftrace spells them; any other attach point as it is. */
function spellAttachPoint(attachPoint: string, words: FentryWords): string {
  return attachPoint.replace(/^(fentry|fexit):/, (_, word: keyof FentryWords) => `${words[word]}:`);
}
