import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AppProcess, type LogLine } from '../support/app.js';
import { TestCollector } from '../support/otlp/collector.js';

/** A port without a listener. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

function linesOf(stdout: string): LogLine[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

describe('The service with a collector', () => {
  it('uses the variables of OpenTelemetry, and sends its last spans at the end', async () => {
    await using collector = await TestCollector.start();
    await using app = await AppProcess.start({
      STORE: 'memory',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'tasks-of-blue',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=tasks-0',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    await app.client().add({ userId: 'alice' });
    expect(collector.spans).toEqual([]);
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
    expect(collector.requests).toMatchObject([{ path: '/v1/traces', headers: { 'x-tenant': 'blue' } }]);
    expect(collector.spans.map(({ name }) => name).sort()).toEqual(['Tasks/add', 'add tasks']);
    expect(collector.spans[0]?.resource).toMatchObject({ 'service.name': 'tasks-of-blue', 'k8s.pod.name': 'tasks-0' });
  });

  it.each([
    ['always_off', '1', 0],
    ['parentbased_traceidratio', '0', 0],
    ['parentbased_traceidratio', '1', 2],
    ['traceidratio', '0', 0],
  ])('samples by OTEL_TRACES_SAMPLER %s of %s: %i spans', async (sampler, share, spans) => {
    await using collector = await TestCollector.start();
    await using app = await AppProcess.start({
      STORE: 'memory',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: share,
    });
    await app.client().add({ userId: 'alice' });
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
    expect(collector.spans).toHaveLength(spans);
  });

  it('serves and stops normally when the collector is down, with one line in the log', async () => {
    await using app = await AppProcess.start({
      STORE: 'memory',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(await deadPort())}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
      OTEL_BSP_SCHEDULE_DELAY: '10',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1',
    });
    const tasks = app.client();
    for (let i = 0; i < 20; i++) await tasks.add({ userId: 'alice' });
    await app.printed(/Traces are lost/);
    expect(await tasks.all({ userId: 'alice' })).toHaveLength(20);
    app.signal('SIGTERM');
    const { code, stdout } = await app.ended();
    expect(code).toBe(0);
    expect(linesOf(stdout).filter(({ level }) => level !== 'info')).toMatchObject([
      { level: 'warn', msg: 'Traces are lost: the collector does not take them all' },
    ]);
  });

  it('waits no longer than 2 seconds for a collector that never answers', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}` };
    await using app = await AppProcess.start({ STORE: 'memory', ...endpoint });
    await app.client().add({ userId: 'alice' });
    const startMs = performance.now();
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
    // Its own time limit is 10 seconds.
    expect(performance.now() - startMs).toBeLessThan(8_000);
    expect(sockets.size).toBe(1);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
