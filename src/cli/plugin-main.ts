import { runPluginCli } from './plugin-cli.ts';
import { telling } from './telling.ts';

// In lists of processes it is this plugin, not another node: so apps.plugin, and we, count it to the group of its parent, netdata.
process.title = 'ebpf-processes.plugin';
process.exitCode = await telling(process, () => runPluginCli(process.argv.slice(2), process));
