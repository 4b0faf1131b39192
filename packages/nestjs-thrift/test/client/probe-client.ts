import { ClientThrift } from '../../src/nest/thrift-client.js';
import type { ThriftCallOptions } from '../../src/client/call-options.js';
import type { ThriftClientOptions } from '../../src/client/client-options.js';
import { probeSchema } from '../support/thrift-probe.js';

/** Client interface of the `Probe` service. */
export interface Probe {
  echo(args: { text?: string }, options?: ThriftCallOptions): Promise<string>;
  large(args: { bytes: number }, options?: ThriftCallOptions): Promise<Buffer>;
  nothing(): Promise<undefined>;
  tell(args: { text: string }): Promise<undefined>;
  count(args: { texts?: string[]; pairs?: object }): Promise<number>;
  fail(): Promise<undefined>;
}

/** A client of that port with its facade; closed at the end of the test. */
interface ProbeClient {
  readonly client: ClientThrift;
  readonly probe: Probe;
}

export function createProbe(port: number, options: Partial<ThriftClientOptions> = {}): ProbeClient {
  const client = new ClientThrift({ idl: probeSchema, host: '127.0.0.1', port, ...options });
  return { client, probe: client.getService<Probe>('Probe') };
}

/** Runs `test` with a client of that port, and always closes it. */
export async function withProbe(
  port: number,
  options: Partial<ThriftClientOptions>,
  test: (probe: Probe, client: ClientThrift) => Promise<void>,
): Promise<void> {
  const { client, probe } = createProbe(port, options);
  try {
    await test(probe, client);
  } finally {
    await client.close();
  }
}

/** Returns the rejection of a promise. @throws Error when it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded');
}
