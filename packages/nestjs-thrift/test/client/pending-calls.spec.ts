import { describe, expect, it } from '@jest/globals';
import { Call } from '../../src/client/call.js';
import { ClientMethods } from '../../src/client/client-methods.js';
import { Deadlines } from '../../src/connection/deadlines.js';
import { PendingCalls } from '../../src/client/pending-calls.js';
import { Codec } from '../../src/codec/codec.js';
import { resolveLimits } from '../../src/limits.js';
import { probeSchema } from '../support/thrift-probe.js';

const methods = new ClientMethods(probeSchema, new Codec(resolveLimits()), false);
const sink = { sent: () => undefined, succeed: () => undefined, fail: () => undefined };

function createCall(timeoutMs = 1_000): Call {
  return new Call(methods.find({ service: 'Probe', method: 'echo' }), {}, timeoutMs, sink);
}

describe('sequence ids', () => {
  it('wrap around after the maximum, are never 0, and skip those in use', () => {
    const calls = new PendingCalls(0x7ffffffe);
    const ids = [1, 2, 3].map(() => {
      const call = createCall();
      call.seqid = calls.nextSeqid();
      calls.add(call);
      return call.seqid;
    });
    expect(ids).toEqual([0x7fffffff, 1, 2]);
    const lapped = new PendingCalls();
    const [waiting, abandoned] = [createCall(), createCall()];
    waiting.seqid = 1;
    abandoned.seqid = 2;
    for (const call of [waiting, abandoned]) lapped.add(call);
    lapped.abandon(abandoned);
    expect(lapped.nextSeqid()).toBe(3);
  });

  it('find their call once; for a cancelled call they report a late reply', () => {
    const calls = new PendingCalls();
    const [waiting, abandoned] = [createCall(), createCall()];
    for (const call of [waiting, abandoned]) {
      call.seqid = calls.nextSeqid();
      calls.add(call);
    }
    expect(calls.abandon(abandoned)).toBe(true);
    expect([calls.size, calls.abandonedSize]).toEqual([1, 1]);
    expect([calls.take(1), calls.take(1), calls.take(2), calls.take(2)]).toEqual([
      waiting,
      undefined,
      'late',
      undefined,
    ]);
  });
});

describe('deadlines', () => {
  it('skip removed calls at any position', async () => {
    const expired: Call[] = [];
    let onLast = (): void => undefined;
    const deadlines = new Deadlines<Call>((call) => {
      expired.push(call);
      if (call === last) onLast();
    });
    const calls = Array.from({ length: 5 }, () => createCall(10));
    const last = createCall(25);
    const done = new Promise<void>((resolve) => (onLast = resolve));
    for (const call of [...calls, last]) deadlines.add(call);
    for (const place of [0, 2, 3]) deadlines.remove(calls[place] as Call);
    const keepAlive = setTimeout(() => undefined, 10_000);
    await done;
    clearTimeout(keepAlive);
    expect(expired).toEqual([calls[1], calls[4], last]);
  });
});
