import { start } from './start.ts';

await start('ebpf-processes', process);
