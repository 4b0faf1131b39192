import { runService } from '@tasks/service/lifecycle';

// Everything else is loaded after the signal handlers are set.
await runService(async () => (await import('./service.js')).tasksService);
