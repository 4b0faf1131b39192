import { context, propagation, trace } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ClientThrift, type ThriftCallOptions } from 'nestjs-thrift';
import type { TasksClient } from '@tasks/idl';
import { tasksService } from '../../../src/service.js';
import { TASKS_IDL, TestApp } from '../../support/app.js';
import { TestCollector, type ReceivedSpan } from '../../support/otlp/collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const traced: ThriftCallOptions = { headers: { traceparent: `00-${TRACE}-${SPAN}-01` } };
const PAGED_TRACE = '1af7651916cd43dd8448eb211c80319c';
const paged: ThriftCallOptions = { headers: { traceparent: `00-${PAGED_TRACE}-${SPAN}-01` } };
const nobodys = { taskId: 'f'.repeat(24), userId: 'alice' };

let app: TestApp;
let spans: readonly ReceivedSpan[];

/** The span of the only call of that method, and its child. */
function spansOf(method: string): { readonly call: ReceivedSpan; readonly store: ReceivedSpan | undefined } {
  const [call, ...more] = spans.filter(({ name, traceId }) => name === `Tasks/${method}` && traceId !== PAGED_TRACE);
  if (call === undefined || more.length > 0) throw new Error(`${String(more.length + 1)} spans of ${method}`);
  return { call, store: spans.find(({ parentSpanId }) => parentSpanId === call.spanId) };
}

beforeAll(async () => {
  await using collector = await TestCollector.start();
  app = await TestApp.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'debug' });
  const tasks: TasksClient = app.client({ framing: 'header', protocol: 'compact' });
  await tasks.add({ userId: 'alice', name: 'my secret task' }, traced);
  await tasks.all({ userId: 'alice' });
  await Promise.allSettled([
    tasks.update({ ...nobodys, name: 'other secret' }, traced),
    tasks.page({ userId: '', limit: 1 }),
    app.client().remove(nobodys),
  ]);
  const other = app.client({ framing: 'header' });
  await other.page({ userId: 'bob', limit: 1 }, paged);
  await app.stop();
  spans = collector.spans;
});

describe('With a collector, a call', () => {
  it("is a server span of its traceparent's trace, by OpenTelemetry’s conventions", () => {
    expect(spansOf('add').call).toMatchObject({
      kind: 'SPAN_KIND_SERVER',
      traceId: TRACE,
      parentSpanId: SPAN,
      status: { code: 'STATUS_CODE_UNSET' },
      attributes: {
        'rpc.system.name': 'thrift',
        'rpc.method': 'Tasks/add',
        'rpc.status_code': 'OK',
        'server.address': '127.0.0.1',
        'server.port': app.port,
        'network.peer.address': '127.0.0.1',
        'thrift.protocol': 'compact',
        'thrift.framing': 'header',
      },
      resource: {
        'service.name': 'tasks',
        'service.version': tasksService.version,
        'telemetry.sdk.language': 'nodejs',
      },
    });
  });

  it('has a child for the operation of the store', () => {
    expect(spansOf('add').store).toMatchObject({
      name: 'add tasks',
      kind: 'SPAN_KIND_INTERNAL',
      traceId: TRACE,
      attributes: { 'db.system.name': 'memory', 'db.collection.name': 'tasks', 'db.operation.name': 'add' },
    });
    expect(spansOf('update').store).toMatchObject({ name: 'update tasks', traceId: TRACE });
    const remove = spansOf('remove');
    expect(remove.store).toMatchObject({ name: 'remove tasks', traceId: remove.call.traceId });
    const ofPage = spans.filter(({ traceId }) => traceId === PAGED_TRACE);
    expect(ofPage.map(({ name }) => name).sort()).toEqual(['Tasks/page', 'pageByUser tasks']);
    const [page] = ofPage.filter(({ name }) => name === 'Tasks/page');
    expect(page?.parentSpanId).toBe(SPAN);
    expect(ofPage.find(({ name }) => name === 'pageByUser tasks')?.parentSpanId).toBe(page?.spanId);
  });

  it('starts a new trace without a traceparent, or without headers at all', () => {
    const [all, remove] = [spansOf('all').call, spansOf('remove').call];
    expect(new Set([TRACE, all.traceId, remove.traceId]).size).toBe(3);
    expect([all.parentSpanId, remove.parentSpanId]).toEqual(['', '']);
    expect(spansOf('all').store).toMatchObject({ name: 'pageByUser tasks', traceId: all.traceId });
  });

  it('that is rejected has the code, and is no fault of the service', () => {
    const unset = { code: 'STATUS_CODE_UNSET' };
    expect(spansOf('update').call).toMatchObject({ attributes: { 'rpc.status_code': '404' }, status: unset });
    expect(spansOf('page').call).toMatchObject({ attributes: { 'rpc.status_code': '400' }, status: unset });
  });

  it('has one line in the access log, with its trace_id', () => {
    const lines = app.logged.filter(({ msg }) => msg === 'call');
    expect(lines.map(({ method }) => method).sort()).toEqual(['add', 'all', 'page', 'page', 'remove', 'update']);
    const traces = spans.filter(({ name }) => name.startsWith('Tasks/'));
    expect(lines.map(({ method, trace_id }) => `Tasks/${String(method)} ${String(trace_id)}`).sort()).toEqual(
      traces.map(({ name, traceId }) => `${name} ${traceId}`).sort(),
    );
  });

  it('has no contents in its spans', () => {
    expect(JSON.stringify([spans, app.logged])).not.toMatch(/secret|alice|bob/);
  });
});

describe('ClientThrift with a dispatch hook for traces', () => {
  it('makes each call part of the current trace', async () => {
    await using collector = await TestCollector.start();
    const server = await TestApp.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const client = new ClientThrift({ idl: TASKS_IDL, host: '127.0.0.1', port: server.port, framing: 'header' });
    client.setOnDispatchHook((packet) => {
      packet.metadata = { ...packet.metadata };
      propagation.inject(context.active(), packet.metadata);
    });
    const tasks = client.getService<TasksClient>('Tasks');
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) =>
        trace.getTracer('caller').startActiveSpan(name, async (span) => {
          // The connection is opened meanwhile, by the first call.
          await tasks.add({ userId: 'alice', name });
          span.end();
          return span.spanContext();
        }),
      ),
    );
    await client.close();
    await server.stop();
    const calls = collector.spans.filter(({ name }) => name === 'Tasks/add');
    expect(new Set(calls.map(({ traceId, parentSpanId }) => `${traceId} ${parentSpanId}`))).toEqual(
      new Set([one, two].map((span) => `${String(span?.traceId)} ${String(span?.spanId)}`)),
    );
  });
});

describe('A call that fails', () => {
  it('sets the error status on both spans, and the trace_id on its log lines', async () => {
    await using collector = await TestCollector.start();
    const failing = await TestApp.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      MONGODB_URI: 'mongodb://user:hunter2@127.0.0.1:1',
      STORE: 'mongo',
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '50',
    });
    const tasks = failing.client({ framing: 'header' });
    await expect(tasks.update({ ...nobodys, name: 'x' }, traced)).rejects.toMatchObject({ value: { code: 503 } });
    await failing.stop();
    const call = collector.spans.find(({ name }) => name === 'Tasks/update');
    expect(call).toMatchObject({
      traceId: TRACE,
      attributes: { 'error.type': '503', 'rpc.status_code': '503' },
      status: { code: 'STATUS_CODE_ERROR', message: 'Task store unavailable' },
    });
    expect(collector.spans.find(({ parentSpanId }) => parentSpanId === call?.spanId)).toMatchObject({
      kind: 'SPAN_KIND_CLIENT',
      attributes: { 'db.system.name': 'mongodb' },
      status: { code: 'STATUS_CODE_ERROR' },
    });
    expect(failing.logged.find(({ msg }) => /unavailable/.test(msg))).toMatchObject({ trace_id: TRACE });
    expect(JSON.stringify([collector.spans, failing.logged])).not.toContain('hunter2');
  });
});
