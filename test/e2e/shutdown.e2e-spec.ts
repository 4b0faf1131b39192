import { describe, expect, it } from '@jest/globals';
import { ThriftError, ThriftTransportError } from 'nestjs-thrift';
import { AppProcess } from '../support/app.js';

/** Long enough that the service is in it during the test; only a second signal can end it. */
const DRAIN_DELAY = { STORE: 'memory', HTTP_PORT: '0', DRAIN_DELAY_MS: '3600000' };

describe('The service that is stopped', () => {
  it('first reports the shutdown everywhere, and still answers calls', async () => {
    await using app = await AppProcess.start(DRAIN_DELAY);
    const tasks = app.client();
    expect((await app.get('/health/ready')).status).toBe(200);
    expect(await tasks.check()).toEqual({ ok: true, message: 'OK' });

    app.signal('SIGTERM');
    await app.printed(/SIGTERM: stopping/);
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ error: { service: { status: 'down', message: 'Shutting down' } } });
    expect((await app.get('/health/live')).status).toBe(200);
    expect(await tasks.check()).toEqual({ ok: false, message: 'Shutting down' });
    expect(await tasks.add({ userId: 'alice', name: 'late' })).toMatchObject({ name: 'late' });
    expect(await app.client().all({ userId: 'alice' })).toHaveLength(1);
  });

  // `lifecycle.ci-spec.ts` has the other signals, and peers that have sent half a message, for both services.
  it('ends with 0 after SIGINT when nothing runs', async () => {
    await using app = await AppProcess.start({ STORE: 'memory', HTTP_PORT: '0' });
    app.signal('SIGINT');
    expect(await app.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('accepts no connection after the drain has begun', async () => {
    await using app = await AppProcess.start({ STORE: 'memory' });
    const tasks = app.client();
    await tasks.check();
    app.signal('SIGTERM');
    await app.ended();
    const late = app.client().check();
    await expect(late).rejects.toBeInstanceOf(ThriftTransportError);
    await expect(late).rejects.not.toBeInstanceOf(ThriftError);
    await expect(late).rejects.toMatchObject({ reason: 'connect-failed', executed: 'no' });
  });
});
