import { ApplicationError, ThriftProtocolError, ThriftTransportError, type TransportErrorReason } from '../errors.js';
import { UsageError, type CommandLine } from './command-line.js';

/** What went wrong with a call, and what to do about it. @param name the call, `Service.method`. */
export function explain(error: Error, name: string, line: CommandLine, multiplexed: boolean): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof ApplicationError) {
    const advice = error.code === 'UNKNOWN_METHOD' ? unknownMethodAdvice(multiplexed) : '';
    return `${name} failed: ${error.code}: ${error.message}${advice}`;
  }
  if (error instanceof ThriftTransportError) return `${name} failed: ${error.message}${ADVICE[error.reason](line)}`;
  if (error instanceof ThriftProtocolError) return `${name} failed: ${error.message}${dialectAdvice(line)}`;
  return `${name} failed: ${error.message}`;
}

function unknownMethodAdvice(multiplexed: boolean): string {
  return multiplexed
    ? '\nNames were sent as Service:method; a server of one service may know plain names only: try --no-multiplexed'
    : '\nNames were sent plain; a server of several services may want Service:method: try --multiplexed';
}

function dialectAdvice({ idl, client: { protocol, framing } }: CommandLine): string {
  const spoken = `${String(protocol)}, ${String(framing)}`;
  const others = '--framing framed (nonblocking servers), header or ttheader, and --protocol compact or json';
  const contract = idl === undefined ? '. A server without reflection needs --idl FILE too' : '';
  return `\nDoes the server speak this dialect (${spoken})? Others are ${others}${contract}`;
}

const none = (): string => '';

const ADVICE: Readonly<Record<TransportErrorReason, (line: CommandLine) => string>> = {
  'connect-failed': ({ address, client }) =>
    `\nIs ${address} right, and does the server run?${client.tls === undefined ? '' : ' The options for TLS are --ca, --cert, --key, --servername and --insecure'}`,
  'connection-lost': dialectAdvice,
  deadline: (line) => `\nAllow more time by --timeout.${dialectAdvice(line).replace('\n', ' ')}`,
  aborted: none,
  closed: none,
  overloaded: none,
  'shutting-down': none,
};
