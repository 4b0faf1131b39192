import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ChangeFeed } from '../../src/application/tasks/change-feed.js';
import { EventStreams } from '../../src/interface/http/event-streams.js';
import { TestGateway } from '../support/test-gateway.js';

test('a failed start releases the folder of the accounts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-start-'));
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const port = String((taken.address() as AddressInfo).port);
  const variables = { GATEWAY_STORE: 'embedded', GATEWAY_DATA_DIR: folder };
  await expect(TestGateway.start({ ...variables, GATEWAY_PORT: port })).rejects.toThrow('GATEWAY_PORT');
  const gateway = await TestGateway.start(variables);
  await gateway.stop();
  taken.close();
  rmSync(folder, { recursive: true });
});

test.each([
  [{}, /^The API \(without a page\): http:\/\/127\.0\.0\.1:\d+$/],
  [
    { PUBLIC_URL: 'https://tasks.example.com' },
    /^The API \(without a page\): https:\/\/tasks\.example\.com \(PUBLIC_URL; listens on 127\.0\.0\.1:\d+\)$/,
  ],
])('the start logs the address that answers: %j', async (variables, line) => {
  const gateway = await TestGateway.start(variables);
  expect(gateway.logged.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(line));
  await gateway.stop();
});

test('event streams reject new ones after the stop', async () => {
  const streams = new EventStreams(new ChangeFeed(), 20);
  const authentication = { principal: { accountId: 'a' } } as Parameters<EventStreams['open']>[0];
  expect(() => streams.open(authentication)).not.toThrow();
  await streams.stop();
  expect(() => streams.open(authentication)).toThrow('shutting down');
});
