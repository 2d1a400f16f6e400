import { mkdirSync, rmdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { reportSchema } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { CLI, run } from './run-cli.ts';

const layout = readCgroupLayout('');
const v1 = layout.kind === 'none' ? undefined : layout.v1Mounts.find((at) => /memory/.test(at));
const v2 = 'v2Mount' in layout ? layout.v2Mount : undefined;

/** In a mount namespace of its own, from which version 2 is gone, and process 1, through which it could be reached. */
const WITHOUT_V2 = `${v2 === undefined ? '' : `umount -l ${v2} && mount -t tmpfs none /proc/1 && `}exec "$@"`;

const ID = 'c0ffee'.repeat(11).slice(0, 64);

if (v1 === undefined) {
  test.skip('version 1 of cgroups: this machine has no memory hierarchy of it');
} else {
  test.each(readRealBpftraces())(
    'bpftrace $version: with version 1 alone a container has the 23 processes that it made',
    async ({ path }) => {
      const directory = `${v1}/docker/${ID}`;
      mkdirSync(directory, { recursive: true });
      try {
        // It is looked at in between: one that is gone by then counts where its parent is.
        const inside = `echo $$ >${directory}/cgroup.procs; sleep 0.5; i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done; sleep 0.5`;
        const { stdout, stderr } = await run('unshare', [
          ...['--mount', 'sh', '-c', WITHOUT_V2, 'sh', CLI, '--once', '--format', 'json'],
          ...['--bpftrace', path, '--', 'sh', '-c', inside],
        ]);
        expect(stderr).toBe('');
        const { cgroups, command, notes, plan } = reportSchema.parse(JSON.parse(stdout));
        // Besides the 23 it makes two sleeps.
        expect(cgroups?.find((one) => one.path === `/docker/${ID}`)).toMatchObject({
          name: ID.slice(0, 12),
          process_created: 25,
          exec: 25,
          process_exited: 25,
          released: 25,
        });
        // And it is one itself.
        expect(command?.counters?.process_created).toBe(26);
        expect(notes.join()).toContain('it is told apart by descent');
        expect(plan.notes.join()).toContain('cgroups of version 1 alone');
      } finally {
        await removeEmptied(directory);
        rmdirSync(`${v1}/docker`);
      }
    },
  );
}

/** The kernel may need a moment to see that the last one has left. */
async function removeEmptied(directory: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(directory);
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
