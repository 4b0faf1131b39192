import { Lifecycle } from '@tasks/service/lifecycle';

// Everything else is loaded after the signal handlers are set.
await new Lifecycle().run(async (useLog) => {
  const { startFromEnvironment } = await import('./bootstrap/start.js');
  return startFromEnvironment(useLog);
});
