import { readVersionAnswer } from '../../../src/host/bpftrace-version.ts';
import { missingForSudo, missingToTrace } from '../../../src/host/capabilities.ts';
import { parseProcessRights } from '../../../src/host/process-rights.ts';
import { parseKernelRelease } from '../../../src/host/read-host-facts.ts';
import { parseSudoListing } from '../../../src/host/sudo-rules.ts';
import { whyNoSudo } from '../../../src/host/why-no-root.ts';
import { parseTraceMounts } from '../../../src/procfs/mounts.ts';
import { claim, claimCount, seedsOf, type Target, textOf } from '../target.ts';

const RIGHTS = `Name:\tnode\nCapPrm:\t0000000000000000\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\n`;

const RULES = `Matching Defaults entries for netdata on x:
    env_reset, secure_path=/usr/sbin\\:/usr/bin

User netdata may run the following commands on x:
    (root) NOPASSWD: /usr/bin/bpftrace, !/usr/bin/su,
        SETENV: /usr/bin/bpftrace --version
    (ALL : ALL) ALL
`;

const USAGE = 'USAGE:\n    bpftrace [options] filename\n';

/** What tells why bpftrace cannot run. */
export const REASON_TARGETS: readonly Target[] = [
  {
    name: 'bpftrace --version',
    seeds: seedsOf([
      'bpftrace v0.17.0\n',
      'bpftrace v0.23.2-1-gab\n',
      'warning\nbpftrace v0.11.3',
      USAGE,
      '/x: error while loading shared libraries: libbcc.so.0',
    ]),
    run: (input) => {
      const text = input.toString('utf8');
      const isError = input.length % 2 === 1;
      const { major, minor } = readVersionAnswer('/x', {
        stdout: isError ? '' : text,
        stderr: isError ? text : '',
        exitCode: isError ? 1 : 0,
        failure: undefined,
      });
      claimCount(major, 'major');
      claimCount(minor, 'minor');
    },
  },
  {
    name: 'rights of a process',
    seeds: seedsOf([RIGHTS]),
    run: (input) => {
      const { bounding } = parseProcessRights(textOf(input), textOf(input));
      missingToTrace(bounding, parseKernelRelease('6.1'));
      missingForSudo(bounding);
    },
  },
  {
    name: 'sudo -l',
    seeds: seedsOf([RULES]),
    run: (input) => {
      for (const { text, command } of parseSudoListing(input.toString('utf8'))) {
        claim(!text.includes('\n') && text.includes(command), 'a rule of more than one line');
      }
    },
  },
  {
    name: 'refusals of sudo',
    seeds: seedsOf([
      'sudo: a password is required',
      'sudo: sorry, you must have a tty to run sudo',
    ]),
    run: (input) => {
      claim(whyNoSudo(1_000, input.toString('utf8')).code === 'NOT_ROOT', 'another error');
    },
  },
  {
    name: '/proc/filesystems',
    seeds: seedsOf(['nodev\ttracefs\nnodev\tdebugfs\n\text4\n']),
    run: (input) => {
      const { offered } = parseTraceMounts('', textOf(input));
      for (const type of offered ?? []) claim(!type.includes('\n'), `a type ${type}`);
    },
  },
];
