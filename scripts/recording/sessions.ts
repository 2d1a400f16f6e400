import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { THIS_MACHINE } from '../../src/bpftrace/machine.ts';
import { mapSizeEnvironment } from '../../src/host/environment.ts';
import { isAtLeast } from '../../src/host/facts.ts';
import { compile } from '../../src/session/compile.ts';
import { completeSettings } from '../../src/settings/settings.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { projectFile, STORM } from '../../test/kernel/run-cli.ts';
import { dumpParameters, PERIOD_MS } from './product.ts';
import { type Run, startBpftrace } from './run.ts';
import { writeFixture, writeMeta } from './write.ts';

/** Dumps of a recording: some for the self-test, some for the workload, and some in which nothing happens. */
const DUMPS = 14;

const CONTAINER = `/docker/${'c0ffee00'.repeat(8)}`;
/** Five succeed, one fails, and one is ended. */
const IN_CONTAINER =
  "for i in 1 2 3 4 5; do /bin/true; done; sh -c 'exit 3'; sh -c 'kill -TERM $$'; true";
const SERVICE = '/system.slice/shop.service';

/**
 * Record what a session with app groups and cgroups reads: the stream of bpftrace, and beside each dump the kernel's own
 * numbers of tasks and the events that it missed.
 */
export async function recordSession(bpftrace: RealBpftrace): Promise<void> {
  const compiled = await compile(
    completeSettings({
      loadMode: 'return',
      bpftracePath: bpftrace.path,
      apps: true,
      cgroups: true,
    }),
    0,
    [],
  );
  const { facts, settings, program } = compiled;
  const run: Run = {
    bpftrace,
    program: program.text,
    parameters: dumpParameters(compiled),
    options: isAtLeast(facts.bpftrace, 0, 27)
      ? ['--traceable-functions', projectFile('probes/traceable-functions')]
      : [],
    environment: mapSizeEnvironment(settings.pidTableSize),
  };
  const clock = THIS_MACHINE.openClock(facts);
  const bounds = THIS_MACHINE.openTaskBounds({
    clock,
    periodMs: PERIOD_MS,
    cpus: facts.cpus,
    root: '',
  });
  const child = startBpftrace(run);
  const misses = THIS_MACHINE.openMisses(child.pid ?? 0, program.attachPoints, '');
  const beside: unknown[] = [];
  let [text, rest] = ['', ''];
  let kernelNs = 0;
  let work: Promise<void> | undefined;
  const take = (line: string) => {
    const [, begin] = /"begin \d+ (\d+)/.exec(line) ?? [];
    if (begin !== undefined) kernelNs = Number(begin);
    if (!line.includes('"end ')) return;
    const missed = misses.read();
    beside.push({
      kernelNs,
      tasks: bounds.at(kernelNs) ?? null,
      misses: missed === undefined ? null : Object.fromEntries(missed),
    });
    work ??= runWorkload('v2Mount' in facts.cgroups ? facts.cgroups.v2Mount : undefined);
    if (beside.length === DUMPS) work.then(() => child.kill('SIGKILL'));
  };
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    if (beside.length >= DUMPS) return;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (beside.length >= DUMPS) break;
      text += `${line}\n`;
      take(line);
    }
  });
  await child;
  bounds.stop();
  await work;
  const path = `streams/${bpftrace.version}-session`;
  writeFixture(`${path}.ndjson`, text);
  const did =
    'The real program in return mode with app groups and cgroups: first the events of the self-test, then storm 20 5 3 7 in a service and five true in a container, where one sh exits with 3 and one by SIGTERM, whose cgroups were new and are gone. Beside each dump what a session reads then.';
  writeMeta(`${path}.meta.json`, run, did);
  writeFixture(
    `${path}.beside.ndjson`,
    beside.map((reading) => `${JSON.stringify(reading)}\n`).join(''),
  );
}

async function runWorkload(mount: string | undefined): Promise<void> {
  if (mount === undefined) throw new Error('cgroups of version 2 are not mounted');
  await THIS_MACHINE.selfTestEvents.runTrue();
  const untested = await THIS_MACHINE.selfTestEvents.causeFailedFork();
  if (untested !== undefined) throw new Error(untested);
  await delay(2 * PERIOD_MS);
  await runInside(`${mount}${SERVICE}`, [STORM, '20', '5', '3', '7']);
  await runInside(`${mount}${CONTAINER}`, ['sh', '-c', IN_CONTAINER]);
}

/** In a cgroup that is made for it, and removed when it has ended. */
async function runInside(directory: string, command: readonly string[]): Promise<void> {
  const isFirst = mkdirSync(directory, { recursive: true }) !== directory;
  const enter = 'echo 0 >"$1/cgroup.procs"; shift; exec "$@"';
  await execa('sh', ['-c', enter, 'sh', directory, ...command]);
  rmdirSync(directory);
  if (isFirst) rmdirSync(dirname(directory));
}
