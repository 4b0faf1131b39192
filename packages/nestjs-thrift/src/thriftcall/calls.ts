import { createInterface } from 'node:readline';
import type { RpcClient } from '../client/rpc-client.js';
import { DeclaredError, ThriftProtocolError } from '../errors.js';
import { argumentsFromJson, exceptionToJson, resultToJson } from '../json-call.js';
import { reasonOf } from '../idl/diagnostics.js';
import type { MethodSchema } from '../schema.js';
import { UsageError, type CommandLine } from './command-line.js';
import { createClient, findMethod, type Contract } from './contract.js';
import { explain } from './explain.js';
import { LoadReport, Progress } from './load-report.js';
import { plainJson, plainText, type Terminal } from './terminal.js';

/** The calls of one command line, all of one method. */
export class Calls {
  readonly #line: CommandLine;
  readonly #contract: Contract;
  readonly #terminal: Terminal;
  readonly #service: string;
  readonly #method: MethodSchema;

  /** @throws UsageError for a method that the IDL lacks. */
  constructor(line: CommandLine, contract: Contract, terminal: Terminal) {
    const { service, method } = findMethod(contract, line.name);
    this.#line = line;
    this.#contract = contract;
    this.#terminal = terminal;
    this.#service = service;
    this.#method = method;
  }

  /** Makes the calls and prints what they return. Resolves with whether all succeeded. @throws UsageError for the JSON. */
  async run(): Promise<boolean> {
    const { json, repeat } = this.#line;
    if (json === '-') return this.#runLines();
    const args = this.#arguments(json);
    const { fields } = this.#method.args;
    const missing = fields.map(({ name }) => name).filter((name) => !Object.hasOwn(args, name));
    if (fields.length > 0 && missing.length === fields.length) {
      this.#terminal.err(
        `thriftcall: ${this.#line.name} is called without arguments; it takes ${missing.join(', ')}\n`,
      );
    }
    return repeat === undefined ? this.#runOnce(args) : this.#runLoad(args, repeat);
  }

  #runOnce(args: object): Promise<boolean> {
    return this.#withClients(1, async ([client]) => {
      const outcome = await this.#call(client as RpcClient, args);
      if (outcome.error === undefined) this.#terminal.out(`${outcome.result(2)}\n`);
      else this.#terminal.err(`thriftcall: ${this.#explain(outcome.error, 2)}\n`);
      return outcome.error === undefined;
    });
  }

  /** Calls with each line of standard input. Results and errors are printed in the order of the lines. */
  #runLines(): Promise<boolean> {
    const { input, signal } = this.#terminal;
    return this.#withClients(this.#line.concurrency, async (clients) => {
      const running: Promise<boolean>[] = [];
      const lines = createInterface({ input, crlfDelay: Infinity, ...(signal && { signal }) });
      let printed = Promise.resolve(true);
      let number = 0;
      let started = 0;
      for await (const text of lines) {
        number += 1;
        if (text.trim() === '') continue;
        // Then the next client has no call: it took one as many lines ago as there are clients.
        if (running.length === clients.length) await running.shift();
        const outcome = this.#callWith(clients[started % clients.length] as RpcClient, text);
        started += 1;
        printed = this.#print(`line ${String(number)}`, outcome, printed);
        running.push(printed);
      }
      return printed;
    });
  }

  /** Prints the outcome of a line after those before. Resolves with whether all of them succeeded. */
  async #print(place: string, outcome: Promise<Outcome>, before: Promise<boolean>): Promise<boolean> {
    const succeeded = await before;
    const { error, result } = await outcome;
    if (error === undefined) this.#terminal.out(`${result(0)}\n`);
    else this.#terminal.err(`thriftcall: ${place}: ${this.#explain(error, 0)}\n`);
    return succeeded && error === undefined;
  }

  async #callWith(client: RpcClient, json: string): Promise<Outcome> {
    let args: object;
    try {
      args = this.#arguments(json);
    } catch (error) {
      return { error: error as Error, result: () => '' };
    }
    return this.#call(client, args);
  }

  /** Makes the same call many times, and prints how long they took. */
  #runLoad(args: object, repeat: number): Promise<boolean> {
    const { out, err, isWatched, signal } = this.#terminal;
    const connections = Math.min(this.#line.concurrency, repeat);
    return this.#withClients(connections, async (clients) => {
      // Without the time to connect; one that fails is reported by its calls.
      await Promise.allSettled(clients.map((client) => client.channel.connect()));
      const report = new LoadReport();
      const progress = new Progress(report, repeat, isWatched, err);
      const isInterrupted = (): boolean => signal?.aborted === true;
      let started = 0;
      const work = async (client: RpcClient): Promise<void> => {
        while (started < repeat && !isInterrupted()) {
          started += 1;
          const startedAtMs = performance.now();
          const { error } = await this.#call(client, args);
          if (error === undefined || !isInterrupted()) {
            report.add(performance.now() - startedAtMs, error && this.#explain(error, 0));
          }
        }
      };
      await Promise.all(clients.map(work));
      progress.stop();
      out(report.describe(connections));
      return report.failed === 0 && report.calls > 0;
    });
  }

  /** Calls the method once. Never rejects. */
  async #call(client: RpcClient, args: object): Promise<Outcome> {
    const { timeoutMs, headers, binary, verbose, repeat } = this.#line;
    const { err, signal } = this.#terminal;
    const isShown = verbose && repeat === undefined;
    const pattern = { service: this.#service, method: this.#method.name };
    const startedAtMs = performance.now();
    const replyHeaders: string[] = [];
    const onReplyHeaders = (received: ReadonlyMap<string, string>): void => {
      for (const [name, value] of received) replyHeaders.push(`< ${name}: ${value}\n`);
    };
    if (isShown) err(plainText(this.#request(client.method(pattern).wireName)));
    try {
      const value = await client.call(pattern, args, { timeoutMs, headers, onReplyHeaders, ...(signal && { signal }) });
      return { error: undefined, result: (indent) => plainJson(resultToJson(this.#method, value, { binary }), indent) };
    } catch (error) {
      return { error: error as Error, result: () => '' };
    } finally {
      if (isShown)
        err(plainText(`${replyHeaders.join('')}< after ${(performance.now() - startedAtMs).toFixed(1)} ms\n`));
    }
  }

  /** What is sent, for `--verbose`. */
  #request(wireName: string): string {
    const { address, headers, client } = this.#line;
    const dialect = `${String(client.protocol)}, ${String(client.framing)}${client.tls === undefined ? '' : ', TLS'}`;
    const lines = Object.entries(headers).map(([name, value]) => `> ${name}: ${value}\n`);
    return `> ${wireName} to ${address} (${dialect})\n${lines.join('')}`;
  }

  /** @throws UsageError with the path of a value that does not fit the IDL. */
  #arguments(json: string): object {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new UsageError(`the arguments are not JSON: ${reasonOf(error)}`, { cause: error });
    }
    try {
      return argumentsFromJson(this.#method, value, { binary: this.#line.binary });
    } catch (error) {
      if (!(error instanceof ThriftProtocolError)) throw error;
      throw new UsageError(`the arguments do not fit ${this.#line.name}: ${error.message}`, { cause: error });
    }
  }

  #explain(error: Error, indent: number): string {
    const { name } = this.#line;
    if (!(error instanceof DeclaredError))
      return plainText(explain(error, name, this.#line, this.#contract.multiplexed));
    const value = plainJson(exceptionToJson(this.#method, error, { binary: this.#line.binary }), indent);
    return `${name} threw ${error.type} ${value}`;
  }

  async #withClients(count: number, use: (clients: readonly RpcClient[]) => Promise<boolean>): Promise<boolean> {
    const { schema, multiplexed } = this.#contract;
    const clients = Array.from({ length: count }, () => createClient(schema, { ...this.#line.client, multiplexed }));
    try {
      return await use(clients);
    } finally {
      await Promise.all(clients.map((client) => client.channel.close()));
    }
  }
}

/** The result of a call as text, or its error. */
interface Outcome {
  readonly error: Error | undefined;
  readonly result: (indent: number) => string;
}
