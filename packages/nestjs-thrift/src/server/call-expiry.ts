import { Deadlines } from '../connection/deadlines.js';
import { ThriftError } from '../rpc-exceptions.js';
import { givenUpMessage, type GivenUpReason } from '../given-up.js';
import type { Reject } from './events.js';
import type { ReplyWriter } from './reply-writer.js';
import type { ServerCall } from './server-call.js';

/** Ends calls whose time is up: at their deadline, and at the limit of a drain. */
export class CallExpiry {
  /** The deadlines of all calls. */
  readonly deadlines = new Deadlines<ServerCall>((call) => {
    this.#expire(call);
  });
  readonly #writer: ReplyWriter;
  readonly #reject: Reject;

  constructor(writer: ReplyWriter, reject: Reject) {
    this.#writer = writer;
    this.#reject = reject;
  }

  /** Ends a call at the drain limit. */
  cut(call: ServerCall, waitedMs: number): void {
    if (call.state === 'running') this.#giveUp(call, 'deadline', `the server closes and waited ${ms(waitedMs)}`);
    else this.#giveUp(call, 'shutting-down');
  }

  #expire(call: ServerCall): void {
    const limit = ms(call.deadlineAtMs - call.startedAtMs);
    if (call.state === 'orphaned') call.close({ outcome: 'dropped', reply: undefined, error: undefined });
    else if (call.state === 'queued') this.#giveUp(call, 'overloaded', `waited ${limit} for a place`);
    else this.#giveUp(call, 'deadline', `${call.header.name} took longer than ${limit}`);
  }

  #giveUp(call: ServerCall, reason: GivenUpReason, detail?: string): void {
    const error = new ThriftError('INTERNAL_ERROR', givenUpMessage(reason, detail));
    this.#reject(call.peer, reason, error.message);
    call.close({ ...this.#writer.error(call, error, 'deadline'), abort: error });
  }
}

function ms(timeMs: number): string {
  return `${String(Math.round(timeMs))} ms`;
}
