import { type Answer, answer } from './answer.ts';

/** Read Proxmox's file of a container, `/etc/pve/lxc/101.conf`. */
export function readProxmoxContainer(text: string): Answer {
  return answer(readValue(text, 'hostname'));
}

/** Read Proxmox's file of a virtual machine, `/etc/pve/qemu-server/100.conf`. */
export function readProxmoxMachine(text: string): Answer {
  const name = readValue(text, 'name');
  return name === undefined ? undefined : answer(`qemu_${name}`);
}

/** The first line counts: those of snapshots come after it. */
function readValue(text: string, name: string): string | undefined {
  const start = `${name}: `;
  return text
    .split('\n')
    .find((line) => line.startsWith(start))
    ?.slice(start.length)
    .trim();
}
