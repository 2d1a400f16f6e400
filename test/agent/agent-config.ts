import type { AgentPlace } from './agent.ts';

export interface AgentOptions {
  /** What `command options` says: the shell splits it. */
  readonly options?: string;
  /** The text of `apps_groups.conf`. */
  readonly appGroups?: string;
  /** The text of a file with alerts; without one there are none. */
  readonly health?: string;
  /** Whether there are charts about the agent and its plugins. @defaultValue true */
  readonly isMonitored?: boolean;
  /** `update every` of our plugin in `netdata.conf`. @defaultValue that of the agent, 1 */
  readonly updateEvery?: number;
  /** Of the node. @defaultValue `test` */
  readonly hostname?: string;
  /** Where it listens. @defaultValue 127.0.0.1 */
  readonly address?: string;
  /** File of the network namespace that it runs in. @defaultValue ours */
  readonly network?: string;
  /** The text of `stream.conf`. */
  readonly stream?: string;
  /** Whether our plugin runs in it. @defaultValue true */
  readonly hasPlugin?: boolean;
  /** A place of an earlier agent, with its shared memory; the agent's own otherwise. */
  readonly place?: AgentPlace;
}

export const STOCK_CONFIG = '/usr/lib/netdata/conf.d';
const STOCK_PLUGINS = '/usr/lib/netdata/plugins.d';

/** Nothing runs in it but cgroups.plugin, apps.plugin and ours, and it speaks to nobody. */
export function buildConfig(
  directory: string,
  port: number,
  {
    options = '',
    isMonitored = true,
    updateEvery = 1,
    health,
    hostname = 'test',
    address = '127.0.0.1',
    hasPlugin = true,
  }: AgentOptions,
): string {
  return `[global]
    run as user = root
    hostname = ${hostname}
    process scheduling policy = keep
    OOM score = keep
[directories]
    config = ${directory}/etc
    stock config = ${STOCK_CONFIG}
    log = ${directory}/log
    cache = ${directory}/cache
    lib = ${directory}/lib
    home = ${directory}/lib
    plugins = "${STOCK_PLUGINS}" "${directory}/plugins.d"
    health config = ${directory}/etc/health.d
    stock health config = ${directory}/etc/health.d
[db]
    mode = ram
    retention = 3600
    update every = 1
    cleanup obsolete charts after secs = 20
[logs]
    debug log = none
    access log = none
    health log = none
    error log = ${directory}/log/error.log
[web]
    bind to = ${address}:${port}
    default port = ${port}
    web server threads = 1
    allow connections from = *
[registry]
    enabled = no
    registry to announce = http://127.0.0.1:1
[cloud]
    enabled = no
[ml]
    enabled = no
[health]
    enabled = ${health === undefined ? 'no' : 'yes'}
    run at least every seconds = 1
    script to execute on alarm = /bin/true
[statsd]
    enabled = no
[plugins]
    timex = no
    idlejitter = no
    checks = no
    tc = no
    diskspace = no
    proc = no
    profile = no
    statsd = no
    netdata monitoring = ${isMonitored ? 'yes' : 'no'}
    netdata monitoring extended = no
    enable running new plugins = no
    check for new plugins every = 5
    cgroups = ${hasPlugin ? 'yes' : 'no'}
    apps = ${hasPlugin ? 'yes' : 'no'}
    ebpf-processes = ${hasPlugin ? 'yes' : 'no'}
[plugin:cgroups]
    check for new cgroups every = 2
[plugin:ebpf-processes]
    update every = ${updateEvery}
    command options = ${options}
`;
}
