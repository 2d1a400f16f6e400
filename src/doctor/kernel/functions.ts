import type { HostSurvey } from '../../host/read-host-facts.ts';
import { type Check, ok, spare, warning } from '../check.ts';

/** Whether functions of the kernel can be traced, and which. */
export function checkFunctionTracing(survey: HostSurvey): Check[] {
  return [checkKprobes(survey), checkFunctions(survey)];
}

function checkKprobes({ kprobes, ftrace }: HostSurvey): Check {
  if (ftrace === 'disabled') {
    return warning(
      'function tracing',
      'switched off: kprobes and fentry attach and never fire',
      '/proc/sys/kernel/ftrace_enabled',
      'echo 1 > /proc/sys/kernel/ftrace_enabled',
    );
  }
  switch (kprobes) {
    case 'available':
      return ok(
        'function tracing',
        'this kernel has kprobes, switched on',
        'kprobe_events of tracefs',
      );
    case 'absent':
      return spare(
        warning(
          'function tracing',
          'this kernel offers no kprobes; tracepoints are used',
          'kprobe_events of tracefs, /sys/bus/event_source/devices/kprobe',
          null,
        ),
      );
    case 'disabled':
      return warning(
        'function tracing',
        'kprobes are switched off: they attach and never fire',
        '/sys/kernel/debug/kprobes/enabled',
        'echo 1 > /sys/kernel/debug/kprobes/enabled',
      );
  }
}

function checkFunctions({ functions, privilege }: HostSurvey): Check {
  const name = 'functions';
  const known = [...functions].map(([func, facts]) => `${func} ${describeFunction(facts)}`);
  const isHidden = [...functions.values()].every(({ listed }) => listed === undefined);
  const finding = known.length === 0 ? 'none that a plan may use is known' : known.join(', ');
  if (!isHidden) return ok(name, finding, 'available_filter_functions of tracefs');
  return spare(
    warning(
      name,
      `which can be traced is not known; ${finding}`,
      'available_filter_functions of tracefs, which cannot be read',
      privilege.ok && privilege.value === 'root' ? null : 'run this as root',
    ),
  );
}

function describeFunction({ listed, typed }: { listed: boolean | undefined; typed: boolean }) {
  const trace = { true: 'traceable', false: 'not traceable', undefined: 'there' }[String(listed)];
  return typed ? `${trace} with types` : trace;
}
