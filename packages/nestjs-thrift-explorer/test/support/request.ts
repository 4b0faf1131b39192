import { once } from 'node:events';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { CallAnswer, CallRequest } from '../../src/description.js';

interface Sent {
  readonly method?: string;
  /** Of any name: a browser would not let a page set some of them. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends a request to a port of this machine, on a connection of its own. */
export async function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Received> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** Sends a call as a program on this machine does. */
export function sendCall(
  port: number,
  call: Partial<CallRequest>,
  headers: OutgoingHttpHeaders = {},
): Promise<Received> {
  return send(port, '/api/calls', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(call),
  });
}

/** Calls a method of the bookshop. */
export async function call(
  port: number,
  method: string,
  args: CallRequest['args'],
  more: Partial<CallRequest> = {},
): Promise<CallAnswer> {
  const { body } = await sendCall(port, { service: 'Bookshop', method, args, ...more });
  return JSON.parse(body) as CallAnswer;
}
