/** A worker of a service with `WORKERS`: answers calls on the port that it shares with the others. */
import { runWorker } from '@tasks/service/worker';

// Everything else is loaded after the signal handlers are set.
await runWorker(async () => (await import('../service.js')).tasksService);
