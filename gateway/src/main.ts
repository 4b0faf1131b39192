import { runService } from '@tasks/service/lifecycle';

// Everything else is loaded after the signal handlers are set.
await runService(async () => {
  const { createGateway } = await import('./gateway.js');
  return createGateway({ pageFolder: new URL('./', import.meta.resolve('@tasks/web/dist/assets.json')) });
});
