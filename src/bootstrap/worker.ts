/** A worker of a service with `WORKERS`: answers calls on the port that it shares with the others. */
import { Lifecycle } from '@tasks/service/lifecycle';
import { PrimaryLink } from '@tasks/service/worker';

const link = new PrimaryLink();
const lifecycle = new Lifecycle(undefined, { reportStartFailure: (failure) => link.failed(failure) });
link.follow(lifecycle);

// Everything else is loaded when signals are handled already.
await lifecycle.run(async (useLog) => {
  const { startWorker } = await import('./start.js');
  return startWorker(link, useLog);
});
