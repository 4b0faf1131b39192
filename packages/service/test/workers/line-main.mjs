import { runService } from '@tasks/service/lifecycle';

await runService(async () => (await import('./line-service.mjs')).lineService);
