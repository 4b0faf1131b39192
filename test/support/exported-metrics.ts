import { AppProcess } from './app.js';

/** Names of every metric of Tasks; a service with workers has them all. */
export async function metricsOfTasks(): Promise<ReadonlySet<string>> {
  await using service = await AppProcess.start({
    MONGO_HOST: '127.0.0.1',
    MONGO_PORT: '1',
    WORKERS: '2',
    HTTP_PORT: '0',
  });
  return metricsIn(await (await service.get('/metrics')).text());
}

/** Names of the metrics in the text of `/metrics`. */
export function metricsIn(exported: string): ReadonlySet<string> {
  return new Set([...exported.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name));
}

/** Names of the metrics that a PromQL expression reads: `_bucket`, `_sum` and `_count` belong to their histogram. */
export function metricsRead(expression: string): string[] {
  return [...expression.matchAll(/([a-z_:][\w:]*)\s*\{/gi)].map(([, name = '']) =>
    name.replace(/_(seconds|bytes)_(bucket|sum|count)$/, '_$1'),
  );
}
