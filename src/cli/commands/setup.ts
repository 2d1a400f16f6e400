import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nameProgram } from '../../bpftrace/launcher-request.ts';
import { UserError } from '../../errors.ts';
import { LAUNCHER_BPFTRACE } from '../../host/launcher.ts';
import { readHostFacts } from '../../host/read-host-facts.ts';
import {
  nameState,
  ROOT_FACTS_FILE,
  renderRootFacts,
  STATE_DIRECTORY,
} from '../../host/root-facts.ts';
import { askHost } from '../../session/compile.ts';
import { renderEveryProgram } from '../../session/every-program.ts';
import { completeSettings } from '../../settings/settings.ts';
import { writeAll } from '../output-stream.ts';

/** Clients that the launcher serves at a time; each holds a lock on one of the files. */
const PLACES = 4;

/**
 * Render every program of this machine for the launcher, and write down what only root can read.
 *
 * @throws UserError `NOT_ROOT` where we are not root; as `readHostFacts` does; `NOTHING_TO_ATTACH` where nothing can be counted.
 */
export async function runSetup(io: NodeJS.Process): Promise<void> {
  const uid = io.geteuid?.() ?? 0;
  if (uid !== 0) {
    throw new UserError(
      'NOT_ROOT',
      `programs are rendered for root to run, and this is uid ${uid}`,
      {
        hint: 'run it as root: sudo ebpf-processes setup',
      },
    );
  }
  const settings = { ...completeSettings({}), bpftracePath: LAUNCHER_BPFTRACE };
  const facts = await readHostFacts(askHost(settings, uid, []));
  const texts = renderEveryProgram(facts);
  if (texts.size === 0) {
    throw new UserError('NOTHING_TO_ATTACH', 'nothing can be counted on this machine', {
      hint: 'see why: ebpf-processes doctor',
    });
  }
  const files = new Map([...texts].map((text) => [`${nameProgram(text)}.bt`, text]));
  const name = nameState(facts.kernel, facts.bpftrace);
  const directory = writeState(name, files.set(ROOT_FACTS_FILE, renderRootFacts(facts)));
  removeOthers(name, facts.kernel.release);
  const { release } = facts.kernel;
  const made = `${texts.size} programs for Linux ${release} and bpftrace ${facts.bpftrace.version}`;
  await writeAll(io.stdout, `rendered ${made}: ${directory}\n`);
}

/** Each file is there whole or not at all, and a program that is asked for meanwhile is always there. */
function writeState(name: string, files: ReadonlyMap<string, string>): string {
  const directory = join(STATE_DIRECTORY, name);
  mkdirSync(directory, { recursive: true });
  for (const path of [STATE_DIRECTORY, directory]) chmodSync(path, 0o755);
  for (let i = 0; i < PLACES; i++) {
    writeFileSync(join(STATE_DIRECTORY, `place-${i}`), '', { mode: 0o600 });
  }
  for (const [file, text] of files) {
    const unfinished = join(directory, `.${file}`);
    writeFileSync(unfinished, text, { mode: 0o644 });
    chmodSync(unfinished, 0o644);
    renameSync(unfinished, join(directory, file));
  }
  for (const file of readdirSync(directory)) {
    if (!files.has(file)) rmSync(join(directory, file));
  }
  return directory;
}

/** Remove what was rendered for another bpftrace, and for kernels that are not installed any more. */
function removeOthers(name: string, release: string): void {
  for (const other of readdirSync(STATE_DIRECTORY)) {
    const [, kernel] = /^(.*)\+[^+]*$/.exec(other) ?? [];
    if (kernel === undefined || other === name) continue;
    if (kernel === release || !existsSync(join('/lib/modules', kernel))) {
      rmSync(join(STATE_DIRECTORY, other), { recursive: true });
    }
  }
}
