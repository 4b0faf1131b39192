import { describe, expect, it } from '@jest/globals';
import { AppProcess, startProgram } from '../support/app.js';

describe('A service with few file descriptors', () => {
  const FEW = ['sh', '-c', 'ulimit -n 600 && exec "$@"', 'sh'];

  it('accepts fewer connections, logs that, and still answers health checks', async () => {
    await using app = await AppProcess.start({ STORE: 'memory', HTTP_PORT: '0' }, undefined, FEW);
    await app.printed(/may open 600 files, so it takes 300 connections instead of 10000/);
    const clients = Array.from({ length: 350 }, () => app.client());
    await Promise.allSettled(clients.map((client) => client.check()));
    expect((await app.get('/health/ready')).status).toBe(200);
    const metrics = await (await app.get('/metrics')).text();
    expect(metrics).toContain('\nthrift_connections_limit 300\n');
    // Idle connections are replaced by new ones.
    expect(Number(/^thrift_connections (\d+)$/m.exec(metrics)?.[1])).toBeLessThanOrEqual(300);
    expect(Number(/^thrift_connections_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(350);
  }, 60_000);

  it.each([32, 40, 64])('does not start with %d of them, and reports it in one sentence', async (count) => {
    const few = ['sh', '-c', `ulimit -n ${String(count)} && exec "$@"`, 'sh'];
    using program = startProgram({ STORE: 'memory', HTTP_PORT: '0' }, undefined, few);
    const { code, stdout, stderr } = await program.ended();
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(
      /^.*Can't start: this process may open only \d+ files\. Allow at least 256.*\n$/,
    );
  });

  it('logs nothing when they suffice', async () => {
    await using app = await AppProcess.start({ STORE: 'memory', THRIFT_MAX_CONNECTIONS: '100' }, undefined, FEW);
    app.signal('SIGTERM');
    expect((await app.ended()).stdout).not.toContain('may open');
  });
});
