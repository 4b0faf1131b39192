import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { TestApp, type Variables } from '../support/app.js';

describe('The explorer of the service', () => {
  let app: TestApp | undefined;
  afterEach(async () => {
    await app?.stop();
    app = undefined;
  });

  const call = async (method: string, args: object): Promise<Response> =>
    fetch(`${(app && urlOf(app)) ?? ''}api/calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'Tasks', method, args }),
    });
  const start = async (variables: Variables): Promise<TestApp> => (app = await TestApp.start(variables));
  /** Its address, as the log has it. */
  const urlOf = ({ logged }: TestApp): string | undefined =>
    logged.map(({ msg }) => /^Explorer, for this machine only: (.*)$/.exec(msg)?.[1]).find(Boolean);

  it('is off by default', async () => {
    const { logged } = await start({});
    expect(logged.filter(({ msg }) => /explorer/i.test(msg))).toEqual([]);
  });

  it('calls the service over its Thrift port, and has no methods that are denied', async () => {
    const url = urlOf(await start({ EXPLORER: 'on', EXPLORER_PORT: '0', EXPLORER_DENY: 'Tasks.removeAll' }));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await call('add', { userId: 'ada', name: 'milk' })).json()).toMatchObject({
      value: { name: 'milk' },
    });
    expect(await (await call('get', { userId: 'ada', taskId: 'no' })).json()).toMatchObject({
      outcome: 'exception',
      value: { code: 400 },
    });
    expect((await call('removeAll', { userId: 'ada', onlyDone: false })).status).toBe(404);
  });

  it.each(['EXPLORER_ALLOW', 'EXPLORER_DENY'])(
    'ends the start for a name in %s that the IDL lacks',
    async (variable) => {
      await expect(TestApp.start({ EXPLORER: 'on', EXPLORER_PORT: '0', [variable]: 'Nope.x' })).rejects.toThrow(
        new RegExp(`${variable}.* must name services or methods: .* names Nope\\.x, but .*tasks\\.thrift has no such`),
      );
    },
  );

  it('ends the start where its port is taken, unless it is optional', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const EXPLORER_PORT = String((other.address() as AddressInfo).port);
    try {
      await expect(TestApp.start({ EXPLORER: 'on', EXPLORER_PORT })).rejects.toThrow(
        `Can't listen on 127.0.0.1:${EXPLORER_PORT} (EADDRINUSE): another process listens there; end it, or choose another port with EXPLORER_PORT`,
      );
      const { logged, port } = await start({ EXPLORER: 'auto', EXPLORER_PORT });
      expect(port).toBeGreaterThan(0);
      expect(logged.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
        expect.stringMatching(/^No explorer: Can't listen on/),
      ]);
    } finally {
      other.close();
    }
  });

  it('calls a service that encrypts, and is refused where clients need certificates', async () => {
    using certificates = new Certificates();
    const { certFile, keyFile } = certificates.issue('localhost', 'server');
    const tls = { THRIFT_TLS_CERT: certFile, THRIFT_TLS_KEY: keyFile };
    const needed = { ...tls, THRIFT_TLS_CA: certificates.caFile };
    await expect(TestApp.start({ ...needed, EXPLORER: 'on', EXPLORER_PORT: '0' })).rejects.toThrow(
      'EXPLORER is on, but THRIFT_TLS_CA asks every client for a certificate',
    );
    expect(urlOf(await start({ ...needed, EXPLORER: 'auto', EXPLORER_PORT: '0' }))).toBeUndefined();
    await app?.stop();
    await start({ ...tls, EXPLORER: 'on', EXPLORER_PORT: '0' });
    expect(await (await call('check', {})).json()).toMatchObject({ outcome: 'value', value: { ok: true } });
  });

  it('ends the start for a name that the contract lacks', async () => {
    await expect(
      TestApp.start({ EXPLORER: 'on', EXPLORER_PORT: '0', EXPLORER_DENY: 'Tasks.removeal' }),
    ).rejects.toThrow('deny names Tasks.removeal');
  });
});
