import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { CheckHealth, type Health } from '../../application/check-health.js';
import { DrainState } from '../../application/drain-state.js';
import { withoutCredentials } from '../../infrastructure/observability/credentials.js';

/** What orchestrators ask. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checkHealth: CheckHealth,
    private readonly drain: DrainState,
  ) {}

  /** 200 while the process answers at all: a store that is down is no reason to start it again. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  /** 200 when a call would work; else 503, and the body says which part is down and why. */
  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    const service = this.indicators.check('service');
    const store = this.indicators.check('store');
    const health = await this.checkHealth.execute();
    // One that stops asks its store nothing more.
    if (this.drain.isDraining()) return this.checks.check([() => service.down(health.message)]);
    return this.checks.check([() => service.up(), () => (health.ok ? store.up() : store.down(describe(health)))]);
  }
}

function describe({ message, cause }: Health): { message: string; cause: string } {
  return { message, cause: withoutCredentials(rootMessage(cause)) };
}

/** The innermost cause is the one that tells: `connect ECONNREFUSED 10.0.0.5:27017`. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
