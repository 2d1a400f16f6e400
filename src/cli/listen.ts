import { createServer, type RequestListener, type Server } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { UserError } from '../errors.ts';

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * `127.0.0.1:9478`, `[::1]:9478`, `localhost:9478`, `:9478`.
 *
 * @throws UserError where it is none, or of more than this machine: we have neither TLS nor passwords.
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const named = bracketed ?? plain;
  const port = Number(digits);
  if (named === undefined || port > 65_535) {
    throw new UserError('USAGE', '--listen must be an address and a port', {
      hint: 'ebpf-processes exporter --listen 127.0.0.1:9478',
    });
  }
  const host = named === '' || named === 'localhost' ? '127.0.0.1' : named;
  const family = isIP(host);
  if (family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4')) return { host, port };
  throw new UserError(
    'USAGE',
    '--listen must be an address of this machine alone: the exporter has neither encryption nor passwords',
    { hint: 'listen on 127.0.0.1:9478, and put a web server with both before it' },
  );
}

/** Serve GET and HEAD there. @throws UserError where the address cannot be had. */
export async function listen(
  { host, port }: ListenAddress,
  answer: RequestListener,
): Promise<Server> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000 },
    (request, response) => {
      if (request.method === 'GET' || request.method === 'HEAD') answer(request, response);
      else response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    },
  );
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message, code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'another program does' : message;
      reject(
        new UserError('USAGE', `cannot listen on ${host}:${port}: ${why}`, {
          hint: 'give another port: --listen 127.0.0.1:PORT',
          exitCode: 1,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  return server;
}
