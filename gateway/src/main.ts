import { Lifecycle } from '@tasks/service/lifecycle';

// Everything else is loaded when signals are handled already.
await new Lifecycle().run(async (useLog) => {
  const { startFromEnvironment } = await import('./bootstrap/start.js');
  return startFromEnvironment(useLog);
});
