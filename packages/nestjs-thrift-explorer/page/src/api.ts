import type { CallAnswer, CallRequest, Description, Problem } from '../../src/description.js';
import { textOf } from './json-text.js';

/** @throws Error with the reason. */
export async function fetchDescription(): Promise<Description> {
  return (await answerOf(fetch('/api/description'))) as Description;
}

/** @throws Error when the call was not made, with the reason. */
export async function sendCall(request: CallRequest, signal: AbortSignal): Promise<CallAnswer> {
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: textOf(request, 0),
    signal,
  };
  return (await answerOf(fetch('/api/calls', options))) as CallAnswer;
}

async function answerOf(request: Promise<Response>): Promise<unknown> {
  const response = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw new Error('Cancelled.', { cause });
    throw new Error('The explorer can’t be reached. Does the service still run?', { cause });
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error((body as Problem).message);
  return body;
}
