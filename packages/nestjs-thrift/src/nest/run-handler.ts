import { isObservable, take, type Observable, type Unsubscribable } from 'rxjs';
import type { StructValue } from '../codec/reader-compiler.js';
import type { Listeners } from '../listeners.js';
import type { MethodSchema } from '../schema.js';
import type { CallOutcome, ReportFault } from '../server/events.js';
import type { MethodEntry } from '../server/method-table.js';
import type { ReplyWriter } from '../server/reply-writer.js';
import { isAbandoned, type CallRun, type CallRunner, type ServerCall } from '../server/server-call.js';
import { ThriftContext } from './context.js';
import type { ThriftServerEvents } from './events.js';
import { unknownMembers } from './result-check.js';
import { ThriftException, toRpcException } from './rpc-exceptions.js';
import { describeThrown } from './thrown.js';

/** Runs a handler when it calls `done`. Nest declares it as void, but sets an async function as well. */
export type StartHook = (context: ThriftContext, done: () => Promise<void>) => unknown;

/** Dependencies of a handler runner. */
export interface HandlerRunnerParts {
  readonly listeners: Listeners<ThriftServerEvents>;
  readonly writer: ReplyWriter;
  readonly report: ReportFault;
  readonly warn: (message: string) => void;
  /** The processing hooks currently set in Nest. */
  readonly startHook: () => StartHook | undefined;
  readonly endHook: () => ((context: ThriftContext) => unknown) | undefined;
}

/** Runs the handlers of a server within Nest's pipeline. */
export class HandlerRunner implements CallRunner {
  /** Methods whose first result was checked for members that are not in the IDL. */
  readonly #checked = new WeakSet<MethodEntry>();

  constructor(readonly parts: HandlerRunnerParts) {}

  createRun(call: ServerCall, args: StructValue): CallRun {
    return new HandlerRun(this, call, args);
  }

  /** Warns of members of a method's first result that replies leave out. */
  checkResult(entry: MethodEntry, value: unknown): void {
    if (this.#checked.has(entry)) return;
    this.#checked.add(entry);
    const unknown = unknownMembers(entry.method, value);
    if (unknown.length === 0) return;
    const method = `${entry.service.name}.${entry.method.name}`;
    this.parts.warn(`${method} returned members that the IDL lacks, and replies leave out: ${unknown.join(', ')}`);
  }
}

const SEVERAL_VALUES =
  'the Observable emitted several values, and a reply holds one: collect them by toArray(), or choose one by last()';

/** Runs the handler of one call, and closes the call with its outcome. */
class HandlerRun implements CallRun {
  readonly #runner: HandlerRunner;
  readonly #parts: HandlerRunnerParts;
  readonly #call: ServerCall;
  readonly #args: StructValue;
  readonly #context: ThriftContext;
  /** The rest of a handler's values after the first. */
  #subscription: Unsubscribable | undefined;

  constructor(runner: HandlerRunner, call: ServerCall, args: StructValue) {
    this.#runner = runner;
    this.#parts = runner.parts;
    this.#call = call;
    this.#args = args;
    this.#context = new ThriftContext(call);
  }

  begin(): void {
    this.#parts.listeners.emit('callStart', this.#context);
  }

  start(): void {
    const hook = this.#parts.startHook();
    if (hook === undefined) void this.#handle();
    else this.#startBy(hook);
  }

  end(outcome: CallOutcome, error: unknown): void {
    this.#subscription?.unsubscribe();
    const durationMs = performance.now() - this.#call.startedAtMs;
    const context = this.#context;
    this.#parts.listeners.emit('callEnd', { context, outcome, durationMs, error: toRpcException(error) });
  }

  #startBy(hook: StartHook): void {
    try {
      const started = hook(this.#context, () => this.#handle());
      if (started === undefined) return;
      Promise.resolve(started).catch((error: unknown) => {
        this.#fail(error);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #handle(): Promise<void> {
    const call = this.#call;
    const entry = call.entry as MethodEntry;
    try {
      const result: unknown = await entry.handler(this.#args, this.#context);
      const value = isObservable(result) ? await this.#valueOf(result) : result;
      this.#runner.checkResult(entry, value);
      call.close(this.#parts.writer.value(call, value));
    } catch (error) {
      this.#fail(error);
    }
    try {
      this.#parts.endHook()?.(this.#context);
    } catch (error) {
      this.#parts.report(error, 'the hook at the end of a call failed');
    }
  }

  /** Closes the call with the error that its handler threw. */
  #fail(thrown: unknown): void {
    const call = this.#call;
    const { writer, report } = this.#parts;
    if (isAbandoned(call)) {
      // Orphaned or closed: the error is not needed.
      call.close({ outcome: 'dropped', reply: undefined, error: thrown });
      return;
    }
    if (thrown instanceof ThriftException) {
      const ending = writer.exception(call, thrown as ThriftException);
      if (ending !== undefined) {
        call.close(ending);
        return;
      }
      report(thrown, undeclared(call.method, thrown.type));
    }
    const { error, unforeseen } = describeThrown(thrown);
    if (unforeseen && !(thrown instanceof ThriftException)) report(thrown, call.method.name);
    if (error.status !== undefined) this.#setStatus(error.status);
    call.close(writer.error(call, error));
  }

  /** Sets the HTTP status as a header too, so that clients need not parse the message. */
  #setStatus(status: number): void {
    try {
      this.#context.setHeader('status', String(status));
    } catch {
      // The handler's own headers take all the space.
    }
  }

  /** Returns the only value of a handler's Observable. Unsubscribes when the call ends earlier. */
  #valueOf(source: Observable<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let only: { readonly value: unknown } | undefined;
      const subscription = source.pipe(take(2)).subscribe({
        next: (value) => {
          if (only !== undefined) reject(new TypeError(SEVERAL_VALUES));
          only = { value };
        },
        error: reject,
      });
      // Complete or unsubscribed: the value is not used any more.
      subscription.add(() => {
        resolve(only?.value);
      });
      this.#subscription = subscription;
      if (isAbandoned(this.#call)) subscription.unsubscribe();
    });
  }
}

function undeclared({ name, throws }: MethodSchema, type: string): string {
  const declared = throws.map((field) => (field.type.kind === 'struct' ? field.type.struct.qualifiedName : field.name));
  const found = declared.length === 0 ? 'no exception' : `only ${declared.join(', ')}`;
  return `${name} does not declare ${type}, ${found}: add it to its throws in the IDL, or throw what is declared`;
}
