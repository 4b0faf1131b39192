import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { METRICS_SHARED_FOR_MS } from '@tasks/service';
import { Certificates } from '@tasks/testing/certificates';
import { TestApp } from '../../../test/support/app.js';
import { TestGateway } from '../support/test-gateway.js';

const DAY_S = 86_400;

const closing: (() => Promise<void> | void)[] = [];
const running = new Set<TestApp>();

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startTasks(variables: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const tasks = await TestApp.start(variables);
  running.add(tasks);
  closing.push(() => stop(tasks));
  return tasks;
}

async function stop(tasks: TestApp): Promise<void> {
  if (running.delete(tasks)) await tasks.stop();
}

async function startGateway(variables: Readonly<Record<string, string>>): Promise<TestGateway> {
  const ops = { GATEWAY_OPS_HOST: '127.0.0.1', GATEWAY_OPS_PORT: '0' };
  const gateway = await TestGateway.start({ ...ops, ...variables }, { tasks: undefined });
  closing.push(() => gateway.stop());
  return gateway;
}

/** The value of a sample. */
async function metric(gateway: TestGateway, sample: string): Promise<number | undefined> {
  // Scrapes share one text for a moment.
  await delay(METRICS_SHARED_FOR_MS + 20);
  const answer = await fetch(`http://127.0.0.1:${String(gateway.opsPort)}/metrics`);
  const line = (await answer.text()).split('\n').find((text) => text.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length));
}

describe('with two task services', () => {
  test('requests are spread over both, and go on when one of them stops', async () => {
    const [one, two] = [await startTasks(), await startTasks()];
    const servers = [one, two].map(({ port }) => `127.0.0.1:${String(port)}`);
    const gateway = await startGateway({ TASKS_SERVERS: servers.join(', ') });
    const of = (name: string, place: number): string => `gateway_task_server_${name}{server="${servers[place] ?? ''}"}`;
    const user = await gateway.user();
    const list = async (): Promise<void> => {
      expect((await user.get('/tasks')).status).toBe(200);
    };
    while (!((await metric(gateway, of('calls_total', 0))) && (await metric(gateway, of('calls_total', 1)))))
      await list();
    expect([await metric(gateway, of('up', 0)), await metric(gateway, of('up', 1))]).toEqual([1, 1]);
    await stop(one);
    for (let request = 0; request < 20; request++) await list();
    while ((await metric(gateway, of('up', 0))) !== 0);
    expect([await metric(gateway, of('up', 0)), await metric(gateway, of('up', 1))]).toEqual([0, 1]);
  });
});

describe('with TLS', () => {
  test('a renewed certificate is taken without a restart', async () => {
    const certificates = new Certificates();
    closing.push(() => {
      certificates[Symbol.dispose]();
    });
    const server = certificates.issue('tasks', 'tasks');
    const own = certificates.issue('gateway', 'gateway');
    const { port } = await startTasks({
      THRIFT_TLS_CERT: server.certFile,
      THRIFT_TLS_KEY: server.keyFile,
      THRIFT_TLS_CA: certificates.caFile,
    });
    const gateway = await startGateway({
      TASKS_SERVERS: `localhost:${String(port)}`,
      TASKS_TLS_CA: certificates.caFile,
      TASKS_TLS_CERT: own.certFile,
      TASKS_TLS_KEY: own.keyFile,
    });
    const user = await gateway.user();
    expect((await user.get('/tasks')).status).toBe(200);
    const daysLeft = async (): Promise<number> => {
      const expiryS = await metric(gateway, 'gateway_client_certificate_expiry_timestamp_seconds');
      return ((expiryS ?? 0) - Date.now() / 1_000) / DAY_S;
    };
    expect(await daysLeft()).toBeCloseTo(2, 1);
    certificates.issue('gateway', 'gateway', { days: 40 });
    while ((await daysLeft()) < 10);
    expect(await daysLeft()).toBeCloseTo(40, 1);
    expect((await user.get('/tasks')).status).toBe(200);
  });
});
