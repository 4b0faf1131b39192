import { Codec } from '../codec/codec.js';
import type { Schema, ServiceSchema, ThriftValue } from '../schema.js';
import { Call, type CallSink } from './call.js';
import { resolveTimeout, type ThriftCallOptions } from './call-options.js';
import { Channel } from './channel.js';
import { ClientMethods, type ClientMethod } from './client-methods.js';
import type { ClientSettings } from './client-options.js';
import type { ServerEvents } from './endpoints.js';

/** A Thrift client without Nest: calls the methods of a schema by name. */
export class RpcClient {
  readonly channel: Channel;
  readonly #methods: ClientMethods;
  readonly #defaultTimeoutMs: number;

  constructor(schema: Schema, settings: ClientSettings, events: ServerEvents) {
    const { limits, stringMapsAsObjects, multiplexed } = settings;
    this.#methods = new ClientMethods(schema, new Codec(limits, { stringMapsAsObjects }), multiplexed);
    this.#defaultTimeoutMs = limits.callTimeoutMs;
    this.channel = new Channel(settings, events);
  }

  /** @throws ThriftStartError naming the services that there are. */
  service(name: string): ServiceSchema {
    return this.#methods.service(name);
  }

  /** The method that a pattern names. @throws ApplicationError UNKNOWN_METHOD when the IDL lacks it. */
  method(pattern: unknown): ClientMethod {
    return this.#methods.find(pattern);
  }

  /** Starts a call, which then settles. @throws RangeError for a timeout out of range. */
  start(
    method: ClientMethod,
    args: object,
    options: ThriftCallOptions,
    headers: ReadonlyMap<string, string> | undefined,
    sink: CallSink,
  ): Call {
    const call = new Call(method, args, resolveTimeout(options, this.#defaultTimeoutMs), sink);
    if (headers) call.headers = headers;
    call.onReplyHeaders = options.onReplyHeaders;
    this.channel.submit(call, options.signal);
    return call;
  }

  /** Calls a method. Void is null. */
  call(pattern: unknown, args: object, options: ThriftCallOptions = {}): Promise<ThriftValue | null> {
    const headers = options.headers && new Map(Object.entries(options.headers));
    return new Promise((resolve, reject) => {
      const sink: CallSink = { sent: () => undefined, succeed: resolve, fail: reject };
      this.start(this.method(pattern), args, options, headers, sink);
    });
  }
}
