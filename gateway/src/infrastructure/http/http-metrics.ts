import { DurationHistogram, type DurationSeries, type LiveMetrics, type MetricsSource } from '@tasks/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Common label of everything without a route: clients must not be able to create series. */
const NO_ROUTE = '_none';

/** Counts the requests to the page and the API. */
export class HttpMetrics implements MetricsSource {
  readonly #durations = new DurationHistogram(
    'http_server_request_duration_seconds',
    'How long requests took, from their headers to the end of the answer, by method, route and status',
  );
  readonly #series = new Map<string, DurationSeries>();
  #inFlight = 0;
  readonly #streams: () => number;

  /** @param streams returns the number of open event streams. */
  constructor(streams: () => number) {
    this.#streams = streams;
  }

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (_request, _reply, done) => {
      this.#inFlight++;
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.#inFlight--;
      this.#seriesOf(request, reply).observe(reply.elapsedTime);
      done();
    });
  }

  registerIn(metrics: LiveMetrics): void {
    metrics.histogram(this.#durations);
    metrics.gauge('http_server_active_requests', 'Requests in progress, event streams included', () => {
      return this.#inFlight;
    });
    metrics.gauge('gateway_event_streams', 'Open event streams', () => this.#streams());
  }

  #seriesOf({ method, routeOptions }: FastifyRequest, { statusCode }: FastifyReply): DurationSeries {
    const route = routeOptions.url ?? NO_ROUTE;
    const key = `${route === NO_ROUTE ? '' : method} ${route} ${String(statusCode)}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.#durations.series({
        http_request_method: route === NO_ROUTE ? '_other' : method,
        http_route: route,
        http_response_status_code: String(statusCode),
      });
      this.#series.set(key, series);
    }
    return series;
  }
}
