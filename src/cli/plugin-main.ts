import { main } from './main.ts';

process.exitCode = await main('ebpf-processes.plugin', process.argv.slice(2), process);
