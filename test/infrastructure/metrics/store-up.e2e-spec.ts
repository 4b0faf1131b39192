import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DrainMetrics, MetricsRegistry, ServicePhase, SharedProbe, type MetricsSource } from '@tasks/service';
import { CheckHealth, type HealthProbe } from '../../../src/application/check-health.js';
import { StoreUp } from '../../../src/infrastructure/metrics/store-up.js';
import { TestApp } from '../../support/app.js';
import { sampleOf } from '@tasks/testing/metric-samples';

class Probe implements HealthProbe {
  isUp = true;
  asked = 0;

  roundTrip(): Promise<void> {
    this.asked++;
    return this.isUp ? Promise.resolve() : Promise.reject(new Error('away'));
  }
}

/** A service with only these metrics. */
class Stage {
  readonly probe = new Probe();
  nowMs = 0;
  readonly phase: ServicePhase;
  readonly #sources: MetricsSource[];

  constructor() {
    const clock = { nowMs: () => this.nowMs, startTimer: () => () => undefined };
    const shared = new SharedProbe(() => this.probe.roundTrip(), clock);
    this.phase = new ServicePhase(clock.nowMs);
    this.phase.to('running');
    this.#sources = [
      new StoreUp(new CheckHealth(shared, this.phase), this.phase),
      new DrainMetrics(this.phase, { delayMs: 5_000, timeoutMs: 10_000 }),
    ];
  }

  /** The value of a metric, from a new text. */
  async value(name: string): Promise<number> {
    const metrics = new MetricsRegistry();
    metrics.add(...this.#sources);
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(await metrics.render())?.[1]);
  }
}

describe('task_store_up', () => {
  it('is 1 while the store answers, otherwise 0, at one round trip a second', async () => {
    const stage = new Stage();
    expect([await stage.value('task_store_up'), await stage.value('task_store_up')]).toEqual([1, 1]);
    expect(stage.probe.asked).toBe(1);
    stage.probe.isUp = false;
    stage.nowMs += 1_000;
    expect(await stage.value('task_store_up')).toBe(0);
  });

  it('keeps its last value while the service stops', async () => {
    const stage = new Stage();
    expect(await stage.value('task_store_up')).toBe(1);
    stage.phase.to('draining');
    stage.nowMs += 5_000;
    expect(await stage.value('task_store_up')).toBe(1);
    expect(stage.probe.asked).toBe(1);
  });

  it('is 0 while MongoDB is down, and the scrape does not wait for it', async () => {
    const away = {
      STORE: 'mongo',
      MONGO_HOST: '127.0.0.1',
      MONGO_PORT: '1',
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '60000',
    };
    const app = await TestApp.start({ ...away, HTTP_PORT: '0' });
    try {
      expect(await (await app.get('/metrics')).text()).toContain('\ntask_store_up 0\n');
    } finally {
      await app.stop();
    }
  });
});

describe('task_store_log_bytes', () => {
  it('is the size of the log of the embedded store', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tasks-log-'));
    const app = await TestApp.start({ STORE: 'embedded', DATA_DIR: folder, HTTP_PORT: '0' });
    try {
      await app.client().add({ userId: 'ada', name: 'buy milk' });
      const { size } = await stat(join(folder, 'tasks.db-wal'));
      expect(size).toBeGreaterThan(0);
      expect(sampleOf(await (await app.get('/metrics')).text(), 'task_store_log_bytes')).toBe(size);
    } finally {
      await app.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('has no sample with another store', async () => {
    const app = await TestApp.start({ HTTP_PORT: '0' });
    try {
      expect(sampleOf(await (await app.get('/metrics')).text(), 'task_store_log_bytes')).toBeUndefined();
    } finally {
      await app.stop();
    }
  });
});

describe('service_drain_seconds', () => {
  it('counts from the beginning of the drain, beside its limit', async () => {
    const stage = new Stage();
    stage.nowMs = 10_000;
    expect(await stage.value('service_drain_seconds')).toBe(0);
    stage.phase.to('draining');
    stage.nowMs += 2_500;
    stage.phase.to('stopping');
    expect(await stage.value('service_drain_seconds')).toBe(2.5);
    expect(await stage.value('service_drain_delay_seconds')).toBe(5);
    expect(await stage.value('service_drain_limit_seconds')).toBe(15);
  });

  it('is exported while the service stops', async () => {
    const app = await TestApp.start({ HTTP_PORT: '0', DRAIN_DELAY_MS: '300', DRAIN_TIMEOUT_MS: '2000' });
    const stopped = app.stop();
    const text = await (await app.get('/metrics')).text();
    await stopped;
    expect(Number(/^service_drain_seconds (.*)$/m.exec(text)?.[1])).toBeLessThan(10);
    expect(text).toMatch(/^service_drain_seconds 0\.0*[1-9]|^service_drain_seconds [1-9]/m);
    expect(text).toContain('\nservice_drain_limit_seconds 2.3\n');
  });
});
