import { Controller, Get, Inject } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { rootMessage, withoutCredentials } from '../logging/redaction.js';
import { OPERATIONS, type OperationsOptions } from './operations-options.js';

type Served = Pick<OperationsOptions, 'phase' | 'probes'>;

const STARTING = 'Starting';
const SHUTTING_DOWN = 'Shutting down';

/** Health endpoints for orchestrators. */
@Controller('health')
export class HealthController {
  readonly #checks: HealthCheckService;
  readonly #indicators: HealthIndicatorService;
  readonly #served: Served;

  constructor(
    checks: HealthCheckService,
    indicators: HealthIndicatorService,
    @Inject(OPERATIONS) served: OperationsOptions,
  ) {
    this.#checks = checks;
    this.#indicators = indicators;
    this.#served = served;
  }

  /** 200 while the process answers at all: a store that is down is no reason for a restart. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.#checks.check([]);
  }

  /** 200 when calls would succeed; otherwise 503, and the body names the failed part and the cause. */
  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    const { phase, probes } = this.#served;
    const service = this.#indicators.check('service');
    const isRunning = phase.current === 'running';
    const parts = isRunning ? await Promise.all(Object.keys(probes).map((name) => this.#ask(name))) : [];
    // The drain may have begun during the probes: callers should use another instance then.
    if (phase.isDraining()) return this.#checks.check([() => service.down(SHUTTING_DOWN)]);
    if (!isRunning) return this.#checks.check([() => service.down(STARTING)]);
    return this.#checks.check([() => service.up(), ...parts.map((part) => () => part)]);
  }

  async #ask(name: string): Promise<HealthIndicatorResult> {
    const indicator = this.#indicators.check(name);
    const answer = await this.#served.probes[name]?.();
    if (answer === undefined || (answer.ok && answer.cause === undefined)) return indicator.up();
    const { ok, message, cause } = answer;
    const detail = { message, ...(cause !== undefined && { cause: withoutCredentials(rootMessage(cause)) }) };
    return ok ? indicator.up(detail) : indicator.down(detail);
  }
}
