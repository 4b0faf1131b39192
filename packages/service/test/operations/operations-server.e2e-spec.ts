import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ListenError } from '../../src/lifecycle/start-failure.js';
import { DrainMetrics } from '../../src/metrics/drain-metrics.js';
import { TestOperations } from '../support/test-operations.js';

let operations: TestOperations;

beforeEach(async () => {
  operations = await TestOperations.start();
});

afterEach(() => operations.stop());

describe('/health/ready', () => {
  it('is 200 while every probe succeeds', async () => {
    const answer = await operations.get('/health/ready');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ details: { service: { status: 'up' }, store: { status: 'up' } } });
  });

  it('is 503 while one fails, with the reason without credentials', async () => {
    const cause = new Error('outer', { cause: new Error('no answer from mongodb://root:secret@db:27017') });
    operations.store = { ok: false, message: 'Store unavailable', cause };
    const answer = await operations.get('/health/ready');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: {
        store: { status: 'down', message: 'Store unavailable', cause: 'no answer from mongodb://***@db:27017' },
      },
    });
    expect((await operations.get('/health/live')).status).toBe(200);
  });

  it('is 503 while the service drains, regardless of its probes', async () => {
    operations.phase.to('draining');
    const answer = await operations.get('/health/ready');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { service: { status: 'down', message: 'Shutting down' } } });
    expect((await operations.get('/health/live')).status).toBe(200);
  });
});

describe('/metrics', () => {
  it('has the process, the event loop and the metrics of the sources', async () => {
    operations.metrics.add(new DrainMetrics(operations.phase, { delayMs: 300, timeoutMs: 2_000 }));
    const text = await (await operations.get('/metrics')).text();
    expect(text).toContain('\nnodejs_eventloop_lag_seconds ');
    expect(text).toContain('\nprocess_resident_memory_bytes ');
    expect(text).toContain('\nservice_drain_seconds 0\n');
    expect(text).toContain('\nservice_drain_limit_seconds 2.3\n');
  });
});

describe('A port in use', () => {
  it('is an error that names the variable to change', async () => {
    const second = TestOperations.start(operations.port);
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(
      `Can't listen on 127.0.0.1:${String(operations.port)} (EADDRINUSE): another process listens there; ` +
        'end it, or choose another port with OPS_PORT',
    );
  });
});
