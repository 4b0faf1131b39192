import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

/** Health and metrics over HTTP. Needs `CheckHealth`, `DrainState` and `Metrics` from a global module. */
@Module({
  // Terminus would log every failed probe; the probe's answer says it all.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
})
export class HttpModule {}
