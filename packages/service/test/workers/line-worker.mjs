import { runWorker } from '@tasks/service/worker';

await runWorker(async () => (await import('./line-service.mjs')).lineService);
