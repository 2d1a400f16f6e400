import type { HostSurvey } from '../../host/read-host-facts.ts';
import { type Check, ok, spare, warning } from '../check.ts';

/** Whether the kernel's type information can be read. */
export function checkTypes({ btf, bpftrace }: HostSurvey): Check {
  const file = '/sys/kernel/btf/vmlinux';
  switch (btf) {
    case 'readable':
      return ok('type information (BTF)', 'readable', file);
    case 'absent':
      return spare(
        warning(
          'type information (BTF)',
          'this kernel has none: no fentry, and bpftrace 0.25 and later read no field of a tracepoint',
          file,
          'boot a kernel with CONFIG_DEBUG_INFO_BTF=y',
        ),
      );
    case 'unreadable':
      return spare(
        warning(
          'type information (BTF)',
          bpftrace.ok
            ? `bpftrace ${bpftrace.value.version} cannot read this kernel's`
            : 'present, but there is no bpftrace to read it',
          `${file}, and the version of bpftrace`,
          'install bpftrace 0.12 or later',
        ),
      );
  }
}
