import type { MethodSchema, Schema, ServiceSchema } from '../../src/index.js';
import type { Dialect } from './dialects.js';
import type { Gap } from './gaps.js';
import type { Portable } from './portable.js';

/** What came of a call: the fields of the result struct (nothing for void), or a TApplicationException. */
export type Reply = (
  | { readonly result: Record<string, Portable> }
  | { readonly error: { readonly type: number; readonly message: string } }
) & {
  /** The headers that THeader brought, if any. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Where and how a client connects. */
export interface PeerTarget {
  readonly port: number;
  readonly dialect: Dialect;
  /** Whether method names carry their service's name; otherwise all calls go to the server's default service. */
  readonly multiplexed: boolean;
  /** Whether THeader compresses what is sent. */
  readonly zlib?: boolean;
}

/** What a server speaks. */
export interface PeerServing {
  readonly dialect: Dialect;
  readonly multiplexed: boolean;
}

/** A connection of another library's client. */
export interface PeerConnection {
  /** Rejects when the library itself fails, a lost connection included. */
  call(
    service: string,
    method: string,
    args: Record<string, Portable>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  close(): Promise<void>;
}

/** Another library that has loaded an IDL. */
export interface RunningPeer {
  connect(target: PeerTarget): Promise<PeerConnection>;
  /** Starts a server of ThriftTest, with SecondService where it is multiplexed; resolves to its port. */
  serve(serving: PeerServing): Promise<number>;
  /** Ends what was started for it. */
  stop(): Promise<void>;
  /** The same, whatever it is busy with. */
  kill(): Promise<void>;
}

/** Another library. */
export interface Peer {
  readonly name: string;
  /** What the library itself can't do. */
  readonly gaps: readonly Gap[];
  /** Whether its THeader can compress. */
  readonly compresses: boolean;
  start(schema: Schema): RunningPeer;
}

/** The method of that name. @throws Error when the IDL has none. */
export function methodOf(schema: Schema, service: string, method: string): MethodSchema {
  const found = serviceOf(schema, service).methods.get(method);
  if (found === undefined) throw new Error(`${service} has no method ${method}`);
  return found;
}

/** The service of that name. @throws Error when the IDL has none. */
export function serviceOf(schema: Schema, name: string): ServiceSchema {
  const found = schema.services.get(name);
  if (found === undefined) throw new Error(`the IDL has no service ${name}`);
  return found;
}
