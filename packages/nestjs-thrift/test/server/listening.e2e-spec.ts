import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ThriftContext } from '../../src/nest/context.js';
import { ThriftServer } from '../../src/nest/thrift-server.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers, probeSchema } from '../support/thrift-probe.js';
import { TestServer, withThriftServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];

describe('a Unix domain socket', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasks-socket-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const echoPeer = {
    ...probeHandlers,
    echo: (_: never, { peer }: ThriftContext) => `${peer.address} ${String(peer.port)}`,
  };

  async function ask(path: string): Promise<unknown> {
    const peer = await RawPeer.connect({ path });
    await peer.write(binary.call('echo', { text: 'x' }));
    const { result } = await binary.reply(peer);
    peer.destroy();
    await peer.closed;
    return result['success'];
  }

  it('serves calls, and is removed at the end', async () => {
    const path = join(folder, 'thrift.sock');
    await withThriftServer(echoPeer, { path }, async () => {
      expect(await ask(path)).toBe(`${path} undefined`);
    });
    expect(existsSync(path)).toBe(false);
  });

  /** A socket file left by a killed process. */
  function staleSocket(): string {
    const path = join(folder, 'thrift.sock');
    const listen = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', listen]);
    expect(existsSync(path)).toBe(true);
    return path;
  }

  it('left by a killed process is replaced, one in use is not', async () => {
    const path = staleSocket();
    await withThriftServer(echoPeer, { path }, async () => {
      expect(await ask(path)).toMatch(path);
      await expect(TestServer.start(probeHandlers, { path })).rejects.toThrow('EADDRINUSE');
      expect(await ask(path)).toMatch(path);
    });
  });

  it('that was replaced reports the start once, and an error once', async () => {
    const server = new ThriftServer({ idl: probeSchema, path: staleSocket() });
    const events: unknown[] = [];
    server.on('listening', () => events.push('listening'));
    server.status.subscribe((status) => events.push(status));
    await new Promise<void>((resolve) => {
      server.listen((error) => {
        events.push(error);
        resolve();
      });
    });
    // A second call of the same listener would come in the same event-loop iteration.
    await setImmediate();
    expect(events).toEqual(['listening', 'listening', undefined]);
    expect(server.unwrap().listenerCount('error')).toBe(1);
    await server.close();
  });

  it('does not replace a file or a folder', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'kept');
    await expect(TestServer.start(probeHandlers, { path: file })).rejects.toThrow('EADDRINUSE');
    await expect(TestServer.start(probeHandlers, { path: folder })).rejects.toThrow('EADDRINUSE');
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });
});

describe('a port', () => {
  it('in use fails the start', async () => {
    await withThriftServer(probeHandlers, {}, async ({ port }) => {
      await expect(TestServer.start(probeHandlers, { port })).rejects.toThrow('EADDRINUSE');
    });
  });
});

describe('handlers and the IDL', () => {
  it('a handler whose method is not in the IDL ends the start, by name', async () => {
    const handlers = { ...probeHandlers, ecko: () => '', 'Nobody.echo': () => '' };
    await expect(TestServer.start(handlers)).rejects.toThrow(/probe\.thrift has no Probe\.ecko, no Nobody\.echo/);
  });

  it('a method without handler is logged at the start, and unknown to clients', async () => {
    await withThriftServer({ echo: probeHandlers.echo }, {}, async (server) => {
      expect(server.logLines).toContain('Probe.nothing has no handler: calls get UNKNOWN_METHOD');
      const peer = await server.connect();
      await peer.write(binary.call('nothing', {}));
      expect((await binary.reply(peer)).error?.code).toBe('UNKNOWN_METHOD');
    });
  });

  it('another service can own plain names', async () => {
    const handlers = { echo: () => 'other', 'Probe.echo': () => 'probe' };
    await withThriftServer(handlers, { defaultService: 'Other' }, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat([binary.call('echo', {}), binary.call('echo', {}, { name: 'Probe:echo' })]));
      expect((await binary.reply(peer)).result).toEqual({ success: 'other' });
      expect((await binary.reply(peer)).result).toEqual({ success: 'probe' });
    });
  });
});
