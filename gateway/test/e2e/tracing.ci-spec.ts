import { expect, test } from '@jest/globals';
import { AppProcess } from '../../../test/support/app.js';
import { TestCollector } from '../../../test/support/otlp/collector.js';
import { TestGateway } from '../support/test-gateway.js';

test('traces begin at the gateway, contain only routes, and continue in Tasks', async () => {
  await using collector = await TestCollector.start();
  const OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  await using tasks = await AppProcess.start({ STORE: 'memory', OTEL_EXPORTER_OTLP_ENDPOINT });
  const gateway = await TestGateway.start(
    { TASKS_SERVERS: `127.0.0.1:${String(tasks.port)}`, OTEL_EXPORTER_OTLP_ENDPOINT },
    { tasks: undefined },
  );
  const user = await gateway.user();
  const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  const { body } = await user.post('/tasks', { name: 'traced' }, { headers: { traceparent } });
  await user.get(`/tasks/${String(body.id)}`);
  await gateway.stop();
  tasks.signal('SIGTERM');
  await tasks.ended();

  const of = (name: string, kind: string) =>
    collector.spans.find((span) => span.name === name && span.kind === `SPAN_KIND_${kind}`);
  const request = of('POST /api/v1/tasks', 'SERVER');
  const call = of('Tasks/insertAll', 'CLIENT');
  const served = of('Tasks/insertAll', 'SERVER');
  expect(request?.parentSpanId).toBe('');
  expect(request?.traceId).not.toBe('1'.repeat(32));
  expect(call).toMatchObject({ traceId: request?.traceId, parentSpanId: request?.spanId });
  expect(served).toMatchObject({ traceId: request?.traceId, parentSpanId: call?.spanId });
  expect(of('GET /api/v1/tasks/:id', 'SERVER')?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  expect(JSON.stringify(collector.spans)).not.toContain(String(body.id));
});
