import type { Logger, Readable } from '@tasks/service';
import type { ThriftContext, ThriftServer } from 'nestjs-thrift';

/**
 * Logs each call: peer, method, outcome and duration; never its contents.
 *
 * @param traceIdOf Returns the trace of a call.
 */
export function logCalls(
  server: ThriftServer,
  log: Logger,
  level: 'info' | 'debug',
  traceIdOf?: (call: ThriftContext) => string | undefined,
): void {
  if (!log.isLevelEnabled(level)) return;
  server.on('callEnd', ({ context, outcome, durationMs }) => {
    const { peer, method } = context;
    const duration_ms = Math.round(durationMs * 1_000) / 1_000;
    const { address, port, protocol, framing } = peer;
    const trace_id = traceIdOf?.(context);
    log[level](
      {
        method: method.name,
        peer: `${address}:${String(port ?? '')}`,
        protocol,
        framing,
        duration_ms,
        outcome,
        trace_id,
      },
      'call',
    );
  });
}

/** Pretty form of such a line, for a terminal of 80 columns. */
export const readableCall: Readable = {
  call: ({ method, outcome, duration_ms, peer, protocol }) => {
    const ms = Number(duration_ms);
    return [method, outcome, `${ms.toFixed(ms < 100 ? 2 : 0)} ms`, peer, protocol].filter(Boolean).join(' ');
  },
};
