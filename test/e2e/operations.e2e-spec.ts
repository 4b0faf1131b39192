import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS_SHARED_FOR_MS } from '@tasks/service';
import { parseSchema } from 'nestjs-thrift';
import type { TasksClient } from '@tasks/idl';
import { TestApp } from '../support/app.js';
import { sampleOf } from '@tasks/testing/metric-samples';

let app: TestApp;
let tasks: TasksClient;

beforeAll(async () => {
  app = await TestApp.start({ HTTP_PORT: '0' });
  tasks = app.client();
});

afterAll(() => app.stop());

/** A text generated after this call. */
async function metrics(): Promise<string> {
  await delay(METRICS_SHARED_FOR_MS + 20);
  return (await app.get('/metrics')).text();
}

/** The value of one sample, by name and labels as in the text. */
async function metric(sample: string): Promise<number> {
  const text = await metrics();
  const value = sampleOf(text, sample);
  if (value === undefined) throw new Error(`No ${sample} in:\n${text}`);
  return value;
}

describe('Health over HTTP', () => {
  it('is live while the process answers', async () => {
    const answer = await app.get('/health/live');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });

  it('is ready when calls would succeed, with the state of each part', async () => {
    const answer = await app.get('/health/ready');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      details: { service: { status: 'up' }, store: { status: 'up' } },
    });
  });

  it('has no other path', async () => {
    expect((await app.get('/')).status).toBe(404);
    expect((await app.get('/health')).status).toBe(404);
  });
});

describe('Metrics', () => {
  it('are in the text format of Prometheus', async () => {
    const answer = await app.get('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    expect(text).toContain('# TYPE rpc_server_call_duration_seconds histogram');
    const wrong = text
      .split('\n')
      .filter((line) => !/^(#.*|[a-z_][a-z0-9_]*(\{[^}]*\})? [-+.0-9eInfNa]+|)$/i.test(line));
    expect(wrong).toEqual([]);
  });

  it('are generated once for concurrent requests', async () => {
    const startMs = performance.now();
    const texts = new Set(
      await Promise.all(Array.from({ length: 50 }, async () => (await app.get('/metrics')).text())),
    );
    const periods = Math.ceil((performance.now() - startMs) / METRICS_SHARED_FOR_MS);
    // The CPU time of the process would differ between two texts.
    expect(texts.size).toBeLessThanOrEqual(periods + 1);
    expect([...texts]).not.toContain(await metrics());
  });

  it('count calls by method and outcome, and time the store', async () => {
    await tasks.add({ userId: 'metered' });
    await tasks.update({ taskId: 'f'.repeat(24), userId: 'metered', done: true }).catch(() => undefined);
    await tasks.add({}).catch(() => undefined);
    expect(await metric('rpc_server_call_duration_seconds_count{rpc_method="add",outcome="ok"}')).toBe(1);
    expect(await metric('rpc_server_call_duration_seconds_count{rpc_method="add",outcome="error"}')).toBe(1);
    expect(await metric('rpc_server_call_duration_seconds_count{rpc_method="update",outcome="exception"}')).toBe(1);
    expect(await metric('task_store_operation_duration_seconds_count{operation="add",outcome="ok"}')).toBe(1);
    expect(await metric('task_store_operation_duration_seconds_count{operation="update",outcome="ok"}')).toBe(1);
  });

  it('count failures by kind, for methods with and without declared exceptions', async () => {
    expect(await metric('rpc_server_call_errors_total{rpc_method="add",error_type="400"}')).toBe(1);
    expect(await metric('rpc_server_call_errors_total{rpc_method="update",error_type="404"}')).toBe(1);
  });

  it('count connections, bytes and running calls', async () => {
    expect(await metric('thrift_connections')).toBe(1);
    expect(await metric('thrift_connections_total')).toBe(1);
    expect(await metric('thrift_received_bytes_total')).toBeGreaterThan(0);
    expect(await metric('thrift_sent_bytes_total')).toBeGreaterThan(0);
    expect(await metric('rpc_server_calls_in_flight')).toBe(0);
    expect(await metric('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('give all unknown methods one label, and count them as rejections', async () => {
    const idl = parseSchema('service Tasks { void drop() void purge() }', 'other.thrift');
    const other = app.client({ idl }) as unknown as Record<'drop' | 'purge', () => Promise<void>>;
    await Promise.allSettled([other.drop(), other.purge()]);
    expect(await metric('rpc_server_call_duration_seconds_count{rpc_method="_unknown",outcome="error"}')).toBe(2);
    expect(await metric('rpc_server_call_errors_total{rpc_method="_unknown",error_type="UNKNOWN_METHOD"}')).toBe(2);
    expect(await metric('thrift_rejections_total{reason="unknown-method"}')).toBe(2);
    expect(await metrics()).not.toMatch(/drop|purge/);
  });
});
