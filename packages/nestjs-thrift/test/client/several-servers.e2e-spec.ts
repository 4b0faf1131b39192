import { afterEach, describe, expect, it } from '@jest/globals';
import type { ThriftClientOptions } from '../../src/client/client-options.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { probeSchema } from '../support/thrift-probe.js';
import { rejectionOf, type Probe } from './probe-client.js';
import { ScriptedServer, type Script } from './scripted-server.js';

const OVERLOADED = 'Overloaded: not run, safe to retry';
const SHUTTING_DOWN = 'Shutting down: not run, safe to retry';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts a server; its calls are answered with its name unless there is a script. */
async function start(name: string, script?: Script, host = '127.0.0.1', port = 0): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script ?? answerAll(name), 'unframed', port, 'binary', [], host);
  closing.push(() => server.close());
  return server;
}

/** Answers all calls with the name of the server, or as the first calls want it. */
function answerAll(name: string, ...rejections: readonly string[]): Script {
  return async (connection) => {
    try {
      for (let nth = 0; ; nth++) {
        const call = await connection.call();
        const rejection = rejections[nth];
        const bytes = rejection === undefined ? connection.reply(call, name) : connection.rejection(call, rejection);
        await connection.peer.write(bytes);
      }
    } catch (error) {
      if (!connection.peer.socket.closed) throw error;
    }
  };
}

/** Reads calls, and answers none. */
const hang: Script = (connection) => connection.peer.closed;

interface Several {
  readonly client: ClientThrift;
  readonly probe: Probe;
}

function connectTo(servers: readonly ScriptedServer[] | string, options: Partial<ThriftClientOptions> = {}): Several {
  const targets = typeof servers === 'string' ? servers : servers.map(addressOf);
  const client = new ClientThrift({ idl: probeSchema, servers: targets, ...options });
  closing.push(() => client.close());
  return { client, probe: client.getService<Probe>('Probe') };
}

function addressOf({ port }: ScriptedServer): string {
  return `127.0.0.1:${String(port)}`;
}

/** Resolves when the client is connected to that many servers. */
async function connected(client: ClientThrift, count: number): Promise<void> {
  await client.connect();
  while (client.servers.filter(({ isConnected }) => isConnected).length < count) {
    await new Promise<void>((resolve) => {
      client.on('connect', () => {
        resolve();
      });
    });
  }
}

async function answersOf(probe: Probe, count: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let call = 0; call < count; call++) {
    const name = await probe.echo({ text: 'a' });
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

describe('a client of several servers', () => {
  it('spreads its calls over all of them', async () => {
    const { client, probe } = connectTo([await start('a'), await start('b'), await start('c')]);
    await connected(client, 3);
    const counts = await answersOf(probe, 300);
    for (const name of ['a', 'b', 'c']) expect(counts.get(name)).toBeGreaterThan(30);
    expect(client.servers.map(({ calls }) => calls).reduce((sum, calls) => sum + calls)).toBe(300);
  });

  it('needs one of them to work', async () => {
    const gone = await start('gone');
    await gone.close();
    const { client, probe } = connectTo([gone, await start('b')], { waitForConnection: false });
    expect(await answersOf(probe, 20)).toEqual(new Map([['b', 20]]));
    expect(client.servers).toMatchObject([{ isConnected: false }, { isConnected: true, calls: 20 }]);
  });

  it('fails when none of them can be reached, and says so of each', async () => {
    const gone = [await start('a'), await start('b')];
    for (const server of gone) await server.close();
    const { client, probe } = connectTo(gone, { waitForConnection: false });
    expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({ reason: 'connect-failed', executed: 'no' });
    const error = (await rejectionOf(client.connect())) as Error;
    for (const server of gone) expect(error.message).toContain(`Can't connect to ${addressOf(server)}: `);
  });

  it('goes on with the others when one ends, and returns to it', async () => {
    const first = await start('a');
    const { client, probe } = connectTo([first, await start('b')]);
    const disconnected = new Promise<string>((resolve) => {
      client.on('disconnect', (_, server) => {
        resolve(server);
      });
    });
    await connected(client, 2);
    await answersOf(probe, 50);
    await first.close();
    expect(await disconnected).toBe(addressOf(first));
    expect((await answersOf(probe, 50)).get('b')).toBe(50);
    await start('again', undefined, '127.0.0.1', first.port);
    let counts = new Map<string, number>();
    while (!counts.has('again')) counts = await answersOf(probe, 10);
  });

  it.each([OVERLOADED, SHUTTING_DOWN])('retries a call on another one at once after "%s"', async (message) => {
    const rejects = answerAll('a', ...Array.from({ length: 100 }, () => message));
    const { client, probe } = connectTo([await start('a', rejects), await start('b')]);
    await connected(client, 2);
    expect((await answersOf(probe, 20)).get('b')).toBe(20);
  });

  it('retries on another one even while that has more calls in flight', async () => {
    const rejects = answerAll('a', ...Array.from({ length: 100 }, () => OVERLOADED));
    const { client, probe } = connectTo([await start('a', rejects), await start('b')], { maxRetries: 1 });
    await connected(client, 2);
    const answers = await Promise.all(Array.from({ length: 60 }, () => probe.echo({ text: 'a' })));
    expect(new Set(answers)).toEqual(new Set(['b']));
    expect(client.servers[0]?.rejections).toBeGreaterThan(0);
  });

  it('retries within a budget: not every call while all of them reject', async () => {
    const rejects = answerAll('a', ...Array.from({ length: 5_000 }, () => OVERLOADED));
    const servers = [await start('a', rejects), await start('b', rejects)];
    const { client, probe } = connectTo(servers, { maxRetries: 1, limits: { maxCallsPerConnection: 64 } });
    await connected(client, 2);
    for (let call = 0; call < 300; call++) await rejectionOf(probe.echo({ text: 'a' }));
    const tries = client.servers.reduce((sum, { calls }) => sum + calls, 0);
    // A hundred saved retries, and one for five calls.
    expect(tries).toBeLessThanOrEqual(300 + 100 + 60);
    expect(tries).toBeGreaterThan(300);
  });

  it.each([
    ['ejects one that does not reply to three calls', 1, false],
    ['uses all of them where more than half do not reply', 2, true],
  ])('%s', async (_, hanging, isReadmitted) => {
    const scripts = ['a', 'b', 'c'].map((name, place) => (place < hanging ? hang : answerAll(name)));
    const servers: ScriptedServer[] = [];
    for (const script of scripts) servers.push(await start('', script));
    const { client, probe } = connectTo(servers);
    await connected(client, 3);
    const ejected: string[] = [];
    const returned = new Promise<string>((resolve) => {
      client.on('eject', (server, pauseMs) => {
        expect(pauseMs).toBeGreaterThan(0);
        ejected.push(server);
        expect(client.servers.filter(({ isConnected }) => !isConnected)).toMatchObject([{ server }]);
        client.on('connect', resolve);
      });
    });
    const calls = Array.from({ length: 30 }, () => probe.echo({ text: 'a' }, { timeoutMs: 1_000 }));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    if (isReadmitted) expect(await returned).toBe(ejected[0]);
    else expect(ejected).toEqual([servers[0] && addressOf(servers[0])]);
  });

  it('has one deadline for all tries', async () => {
    const rejects = answerAll('a', ...Array.from({ length: 100 }, () => OVERLOADED));
    const { client, probe } = connectTo([await start('a', rejects), await start('b', hang)]);
    await connected(client, 2);
    const startedAtMs = performance.now();
    await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 200 }));
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(199);
  });
});

describe('a client of one server', () => {
  it('goes on calling it after time-outs', async () => {
    const { client, probe } = connectTo([await start('a', hang)]);
    for (let call = 0; call < 5; call++) await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 5 }));
    expect(client.servers).toMatchObject([{ ejections: 0 }]);
  });
});

describe('a client of a name', () => {
  /** Two servers on one port. */
  async function startPair(): Promise<{ readonly first: ScriptedServer; readonly second: ScriptedServer }> {
    const first = await start('a');
    return { first, second: await start('b', undefined, '127.0.0.2', first.port) };
  }

  it('calls the servers at all of its addresses, and follows them', async () => {
    const { first } = await startPair();
    let addresses = ['127.0.0.1', '127.0.0.2'];
    const names: string[] = [];
    const lookup = (name: string): Promise<string[]> => {
      names.push(name);
      return Promise.resolve(addresses);
    };
    const { client, probe } = connectTo(`probe.test:${String(first.port)}`, { lookup });
    const resolved: (readonly string[])[] = [];
    const second = new Promise<void>((resolve) => {
      client.on('resolve', (servers) => {
        if (resolved.push(servers) === 2) resolve();
      });
    });
    await connected(client, 2);
    const counts = await answersOf(probe, 100);
    expect([...counts.keys()].sort()).toEqual(['a', 'b']);
    addresses = ['127.0.0.2'];
    await first.close();
    await second;
    expect(await answersOf(probe, 20)).toEqual(new Map([['b', 20]]));
    expect(resolved[1]).toEqual([`127.0.0.2:${String(first.port)}`]);
    expect(new Set(names)).toEqual(new Set(['probe.test']));
  });

  it('fails as not run while the name is unknown, and works once it is known', async () => {
    const server = await start('a');
    let isKnown = false;
    const lookup = (): Promise<string[]> =>
      isKnown ? Promise.resolve(['127.0.0.1']) : Promise.reject(new Error('unknown'));
    const { probe } = connectTo(`probe.test:${String(server.port)}`, { lookup, waitForConnection: false });
    expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({
      reason: 'connect-failed',
      executed: 'no',
      message: `Can't resolve probe.test:${String(server.port)}: unknown; no call was sent`,
    });
    isKnown = true;
    expect(await probe.echo({ text: 'a' })).toBe('a');
  });

  it('resolves localhost without an option', async () => {
    const server = await start('a');
    const { probe } = connectTo(`localhost:${String(server.port)}`);
    expect(await probe.echo({ text: 'a' })).toBe('a');
  });

  it('can be closed while it is looked up', async () => {
    let answer = (_: string[]): void => undefined;
    const asked = new Promise<string[]>((resolve) => (answer = resolve));
    const { client, probe } = connectTo('probe.test:9090', { lookup: () => asked });
    const [call, connecting] = [rejectionOf(probe.echo({ text: 'a' })), rejectionOf(client.connect())];
    await client.close();
    answer(['127.0.0.1']);
    expect(await call).toMatchObject({ reason: 'closed', executed: 'no' });
    expect(await connecting).toMatchObject({ reason: 'closed', executed: 'no' });
  });
});

describe('the option servers', () => {
  it.each<[string, Partial<ThriftClientOptions>, string]>([
    ['with a host', { servers: ['a:1'], host: 'b' }, 'servers takes the place of host, port and path'],
    ['that is empty', { servers: [] }, 'servers is empty: a client needs one at least'],
    ['without a port', { servers: ['a'] }, "servers has 'a', it must be host:port"],
    ['of several names in one text', { servers: 'a:1,b:1' }, "servers has 'a:1,b:1', it must be host:port"],
  ])('%s is an error', (_, options, message) => {
    expect(() => new ClientThrift({ idl: probeSchema, ...options })).toThrow(message);
  });

  it('counts a server that is there twice once', () => {
    const client = new ClientThrift({ idl: probeSchema, servers: ['a:1', 'a:1', '[::1]:2'] });
    expect(client.servers.map(({ server }) => server)).toEqual(['a:1', '[::1]:2']);
  });
});
