import type { MethodSchema, Schema, ServiceSchema } from '../../src/index.js';
import type { Dialect } from './dialects.js';
import type { Gap } from './gaps.js';
import type { Portable } from './portable.js';

/** Result of a call: the fields of the result struct (nothing for void), or a TApplicationException. */
export type Reply = (
  | { readonly result: Record<string, Portable> }
  | { readonly error: { readonly type: number; readonly message: string } }
) & {
  /** The headers of THeader, if any. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Address and dialect of a client. */
export interface PeerTarget {
  readonly port: number;
  readonly dialect: Dialect;
  /** Whether method names include their service's name; otherwise all calls go to the server's default service. */
  readonly multiplexed: boolean;
  /** Whether THeader compresses messages. */
  readonly zlib?: boolean;
}

export interface PeerServing {
  readonly dialect: Dialect;
  readonly multiplexed: boolean;
}

/** A connection of another library's client. */
export interface PeerConnection {
  /** Rejects when the library itself fails, also when it loses the connection. */
  call(
    service: string,
    method: string,
    args: Record<string, Portable>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  close(): Promise<void>;
}

/** Another library with a loaded IDL. */
export interface RunningPeer {
  connect(target: PeerTarget): Promise<PeerConnection>;
  /** Starts a server of ThriftTest, with SecondService if multiplexed; resolves to its port. */
  serve(serving: PeerServing): Promise<number>;
  /** Ends everything that was started for it. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface Peer {
  readonly name: string;
  /** Its faults and missing features. */
  readonly gaps: readonly Gap[];
  /** Whether its THeader supports compression. */
  readonly compresses: boolean;
  start(schema: Schema): RunningPeer;
}

/** Returns the method with that name. @throws Error when the IDL has none. */
export function methodOf(schema: Schema, service: string, method: string): MethodSchema {
  const found = serviceOf(schema, service).methods.get(method);
  if (found === undefined) throw new Error(`${service} has no method ${method}`);
  return found;
}

/** Returns the service with that name. @throws Error when the IDL has none. */
export function serviceOf(schema: Schema, name: string): ServiceSchema {
  const found = schema.services.get(name);
  if (found === undefined) throw new Error(`the IDL has no service ${name}`);
  return found;
}
