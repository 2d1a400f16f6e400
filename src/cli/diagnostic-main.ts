import { main } from './main.ts';

process.exitCode = await main('ebpf-processes', process.argv.slice(2), process);
