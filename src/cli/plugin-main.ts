import { main } from './main.ts';

// In lists of processes it is this plugin, not another node: so apps.plugin, and we, count it to the group of its parent, netdata.
process.title = 'ebpf-processes.plugin';
process.exitCode = await main('ebpf-processes.plugin', process.argv.slice(2), process);
