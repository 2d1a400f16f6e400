import { expect, test } from 'vitest';
import { listen, parseListenAddress } from '../../src/cli/listen.ts';

test.each([
  ['127.0.0.1:9478', '127.0.0.1', 9478],
  ['127.9.9.9:1', '127.9.9.9', 1],
  ['[::1]:9478', '::1', 9478],
  ['localhost:80', '127.0.0.1', 80],
  [':0', '127.0.0.1', 0],
])('%s is an address of this machine alone', (text, host, port) => {
  expect(parseListenAddress(text)).toEqual({ host, port });
});

test.each(['0.0.0.0:9478', '[::]:9478', '192.0.2.1:80', 'web1:80', '[::ffff:192.0.2.1]:80'])(
  '%s is refused, because others could read it',
  (text) => {
    expect(() => parseListenAddress(text)).toThrow('must be an address of this machine alone');
  },
);

test.each(['', '9478', '127.0.0.1', '127.0.0.1:x', '127.0.0.1:99999', '::1:9478'])(
  '%j is no address and port',
  (text) => {
    expect(() => parseListenAddress(text)).toThrow('must be an address and a port');
  },
);

test('answers GET and HEAD alone, and says who has the port', async () => {
  const server = await listen({ host: '127.0.0.1', port: 0 }, (_, response) => response.end('yes'));
  try {
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const url = `http://127.0.0.1:${port}/`;
    expect(await (await fetch(url)).text()).toBe('yes');
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405);
    await expect(listen({ host: '127.0.0.1', port }, () => undefined)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another program does`,
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
