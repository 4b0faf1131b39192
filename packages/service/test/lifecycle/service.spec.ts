import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ConfigError } from '../../src/config/environment.js';
import type { ServiceConfig, ServiceContext } from '../../src/lifecycle/definition.js';
import type { Part } from '../../src/lifecycle/part.js';
import { Service } from '../../src/lifecycle/service.js';
import { PHASES, ServicePhase, type Phase } from '../../src/lifecycle/service-phase.js';

const CONFIG: ServiceConfig = {
  ops: undefined,
  drain: { delayMs: 0, timeoutMs: 10 },
  log: { level: 'info', format: 'json', accessLevel: 'debug' },
  tracing: undefined,
  warnings: ['A_VARIABLE is unknown and ignored'],
};

/** A service of recorded parts. */
class Stage {
  readonly events: string[] = [];
  readonly lines: string[] = [];
  readonly service: Promise<Service>;
  context: ServiceContext<ServiceConfig> | undefined;

  constructor(parts: readonly Partial<Part>[], config: Partial<ServiceConfig> = {}) {
    const log = pino({ base: null }, { write: (line: string) => void this.lines.push(line) });
    this.service = Service.load(
      {
        name: 'Stage',
        version: '1.2.3',
        config: () => ({ ...CONFIG, ...config }),
        opsVariables: { host: 'OPS_HOST', port: 'OPS_PORT' },
        parts: (context) => {
          this.context = context;
          return Promise.resolve(parts.map((part, index) => this.#recorded(part, `part ${String(index + 1)}`)));
        },
      },
      { variables: {}, log },
    );
  }

  #recorded(part: Partial<Part>, name: string): Part {
    return {
      name,
      ...part,
      start: async () => {
        this.events.push(`start ${name}`);
        await part.start?.();
      },
      drain: () => {
        this.events.push(`drain ${name}: ${String(this.context?.phase.current)}`);
        part.drain?.();
      },
      stop: async () => {
        this.events.push(`stop ${name}`);
        await part.stop?.();
      },
    };
  }
}

const failing = (message: string) => () => Promise.reject(new Error(message));

describe('A service', () => {
  it('starts its parts in order, drains all of them and stops them in reverse', async () => {
    const stage = new Stage([{ describe: () => ['kept there'] }, { describe: () => ['listens here'] }]);
    const service = await stage.service;
    await service.start();
    expect(stage.context?.phase.current).toBe('running');
    expect(await service.stop()).toBe(true);
    expect(stage.events).toEqual([
      'start part 1',
      'start part 2',
      'drain part 1: draining',
      'drain part 2: draining',
      'stop part 2',
      'stop part 1',
    ]);
    expect(stage.context?.phase.current).toBe('stopped');
    const messages = stage.lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual([
      'A_VARIABLE is unknown and ignored',
      `Stage 1.2.3, Node.js ${process.version}`,
      'listens here',
      'kept there',
    ]);
  });

  it('undoes a failed start in reverse, the part that failed included', async () => {
    const stage = new Stage([{}, { start: failing('no port'), stop: failing('not open') }, {}]);
    const service = await stage.service;
    await expect(service.start()).rejects.toThrow('no port');
    expect(stage.events).toEqual(['start part 1', 'start part 2', 'stop part 2', 'stop part 1']);
    expect(stage.lines.join()).toContain('not open');
    expect(await service.stop()).toBe(false);
  });

  it('that is stopped while a part starts drains what has begun, and stops after it', async () => {
    let end = (): void => undefined;
    const stage = new Stage([{}, { start: () => new Promise<void>((resolve) => (end = resolve)) }, {}]);
    const service = await stage.service;
    const started = service.start();
    while (stage.events.length < 2) await Promise.resolve();
    const stopped = service.stop();
    expect(stage.context?.phase.current).toBe('stopping');
    end();
    await started;
    expect(await stopped).toBe(true);
    expect(stage.events).toEqual([
      'start part 1',
      'start part 2',
      'drain part 1: stopping',
      'drain part 2: stopping',
      'stop part 2',
      'stop part 1',
    ]);
  });

  it('ends its delay when it is told to hurry', async () => {
    const stage = new Stage([{}], { drain: { delayMs: 3_600_000, timeoutMs: 10 } });
    const service = await stage.service;
    await service.start();
    const hurry = new AbortController();
    const stopped = service.stop(hurry.signal);
    hurry.abort();
    expect(await stopped).toBe(true);
    expect(stage.events.at(-1)).toBe('stop part 1');
  });

  it('does not wait for ever for a part that starts', async () => {
    const drain = { delayMs: -4_990, timeoutMs: 10 };
    const stage = new Stage([{}, { start: () => new Promise(() => undefined) }], { drain });
    const service = await stage.service;
    void service.start();
    while (stage.events.length < 2) await Promise.resolve();
    await expect(service.stop()).rejects.toThrow('The start of part 2 has not ended within 10 ms: ending at once');
  });

  it('that is stopped before it starts does nothing', async () => {
    const stage = new Stage([{}]);
    const service = await stage.service;
    expect(await service.stop()).toBe(true);
    expect(stage.events).toEqual([]);
  });

  it('leaves a part that does not stop in time, and names it', async () => {
    const stage = new Stage([{}, { stop: () => new Promise(() => undefined), stopLimitMs: -1_990 }]);
    const service = await stage.service;
    await service.start();
    await service.stop();
    expect(stage.events.slice(-2)).toEqual(['stop part 2', 'stop part 1']);
    expect(stage.lines.at(-1)).toContain('part 2: not stopped within 10 ms, going on without it');
  });

  it('stops all parts when one fails to drain, and reports that', async () => {
    const drain = (): void => {
      throw new Error('no channel');
    };
    const stage = new Stage([{ drain }, {}]);
    const service = await stage.service;
    await service.start();
    expect(await service.stop()).toBe(true);
    expect(stage.events.slice(-3)).toEqual(['drain part 2: draining', 'stop part 2', 'stop part 1']);
    expect(stage.lines.join()).toContain('part 1 can not drain');
  });

  it('stops the other parts when one fails to, and reports that', async () => {
    const stage = new Stage([{}, { stop: failing('stuck') }]);
    const service = await stage.service;
    await service.start();
    await expect(service.stop()).rejects.toThrow('stuck');
    expect(stage.events.at(-1)).toBe('stop part 1');
  });

  it('takes as long to stop as its delay, its parts and their closing', async () => {
    const stage = new Stage([{ stopLimitMs: 2_000 }, {}, { stopLimitMs: 10_000 }], {
      drain: { delayMs: 3_000, timeoutMs: 10_000 },
    });
    expect((await stage.service).stopLimitMs).toBe(20_000);
  });

  it('does not load with bad variables', async () => {
    const bad = (): never => {
      throw new ConfigError(['STORE is "x"']);
    };
    const definition = { name: 'Bad', version: '0', config: bad, opsVariables: { host: '', port: '' } };
    const parts = (): never => {
      throw new Error('not reached');
    };
    await expect(Service.load({ ...definition, parts }, { variables: {} })).rejects.toThrow('STORE is "x"');
  });
});

describe('The phases of a service', () => {
  const phases = Object.keys(PHASES) as Phase[];
  const ways: Readonly<Record<Phase, readonly Phase[]>> = {
    starting: [],
    running: ['running'],
    draining: ['running', 'draining'],
    stopping: ['stopping'],
    stopped: ['stopping', 'stopped'],
  };
  const allowed = [
    'starting running',
    'starting stopping',
    'running draining',
    'draining stopping',
    'stopping stopped',
  ];

  it.each(phases.flatMap((from) => phases.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const phase = new ServicePhase();
    for (const way of ways[from]) phase.to(way);
    const isAllowed = allowed.includes(`${from} ${to}`);
    if (isAllowed) phase.to(to);
    else
      expect(() => {
        phase.to(to);
      }).toThrow(`no transition from ${from} to ${to}`);
    expect(phase.current).toBe(isAllowed ? to : from);
    expect(phase.isDraining()).toBe(['draining', 'stopping', 'stopped'].includes(phase.current));
  });

  it('tell for how long the service has been draining', () => {
    let nowMs = 1_000;
    const phase = new ServicePhase(() => nowMs);
    phase.to('running');
    expect(phase.drainingForMs()).toBe(0);
    phase.to('draining');
    nowMs += 500;
    phase.to('stopping');
    nowMs += 250;
    expect(phase.drainingForMs()).toBe(750);
  });
});
