import { say } from './report.js';

/** Aborts at SIGINT and SIGTERM. The services have process groups of their own, and outlive a process that just dies. */
export function earlyEnd(): AbortSignal {
  const early = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say(`${signal}: ending early`);
      early.abort();
    });
  }
  return early.signal;
}
