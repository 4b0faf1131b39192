import { describe, expect, it, jest } from '@jest/globals';
import { AddTask } from '../../../src/application/add-task.js';
import { loadSchema } from 'nestjs-thrift';
import { TASKS_IDL, TestApp } from '../../support/app.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { Dialect, dialects } from '../../../packages/nestjs-thrift/test/support/thrift-dialects.js';

const [, { protocol: binary }] = dialects as [Dialect, Dialect];
const framed = new Dialect('binary framed', binary, 'framed', loadSchema(TASKS_IDL));

/** The same call in a valid frame, but without the last bytes of its message. */
function shortened(call: Buffer): Buffer {
  const cut = Buffer.from(call.subarray(0, -5));
  cut.writeInt32BE(cut.length - 4);
  return cut;
}

describe('The access log', () => {
  it('has a line per call at debug: peer, method, duration and outcome, no contents', async () => {
    const app = await TestApp.start({ LOG_LEVEL: 'debug' });
    await app.client({ framing: 'framed', protocol: 'compact' }).add({ userId: 'alice', name: 'my secret task' });
    await app
      .client()
      .remove({ taskId: 'f'.repeat(24), userId: 'alice' })
      .catch(() => undefined);
    await app.stop();
    const calls = app.logged.filter(({ msg }) => msg === 'call');
    const peer = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(calls).toMatchObject([
      { level: 'debug', method: 'add', peer, protocol: 'compact', framing: 'framed', outcome: 'ok' },
      { level: 'debug', method: 'remove', peer, protocol: 'binary', framing: 'unframed', outcome: 'exception' },
    ]);
    expect(calls.every(({ duration_ms }) => typeof duration_ms === 'number')).toBe(true);
    expect(JSON.stringify(app.logged)).not.toMatch(/my secret task|alice/);
  });

  it('has no contents of failed calls at any level', async () => {
    const contents = { userId: 'alice', name: 'my secret task' };
    const down = await TestApp.start({
      LOG_LEVEL: 'trace',
      STORE: 'mongo',
      MONGODB_URI: 'mongodb://user:hunter2@127.0.0.1:1',
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '50',
    });
    const update = { ...contents, taskId: 'f'.repeat(24) };
    const rejected = [
      down.client().add(contents),
      down.client().update(update),
      down.client().all({ userId: 'alice' }),
    ];
    for (const call of await Promise.allSettled(rejected)) expect(call).toMatchObject({ status: 'rejected' });
    await down.stop();

    const broken = jest.spyOn(AddTask.prototype, 'execute').mockRejectedValue(new TypeError('broken'));
    const app = await TestApp.start({ LOG_LEVEL: 'trace' });
    await expect(app.client().add(contents)).rejects.toMatchObject({ message: 'Internal server error' });
    broken.mockRestore();
    const tooLong = { ...contents, name: 'my secret task'.repeat(1_000) };
    await expect(app.client().update({ ...update, ...tooLong })).rejects.toMatchObject({ value: { code: 400 } });
    await expect(app.client().update({ ...update, taskId: 'my secret task' })).rejects.toMatchObject({
      value: { code: 400 },
    });
    // An invalid string, a truncated message, an unknown type.
    const call = framed.call('add', contents);
    const secret = call.indexOf('my secret task');
    for (const malformed of [
      Buffer.concat([call.subarray(0, secret), Buffer.from([0xff]), call.subarray(secret + 1)]),
      shortened(call),
      Buffer.concat([call.subarray(0, secret - 7), Buffer.from([0x7f]), call.subarray(secret - 6)]),
    ]) {
      const peer = await RawPeer.connect({ host: '127.0.0.1', port: app.port });
      await peer.write(malformed);
      expect(await framed.reply(peer, 'add')).toMatchObject({ error: { code: 'PROTOCOL_ERROR' } });
      peer.destroy();
    }
    await app.stop();

    const reasons = app.logged.map(({ msg }) => msg.split(':')[0]);
    expect(reasons).toContain('malformed');
    const log = JSON.stringify([down.logged, app.logged]);
    for (const part of ['Task store unavailable', 'broken']) expect(log).toContain(part);
    expect(log).not.toMatch(/secret|alice|hunter2/);
  });

  it('is written at info with ACCESS_LOG=on', async () => {
    const app = await TestApp.start({ LOG_LEVEL: 'info', ACCESS_LOG: 'on' });
    await app.client().add({ userId: 'alice' });
    await app.stop();
    expect(app.logged.filter(({ msg }) => msg === 'call')).toMatchObject([{ level: 'info', method: 'add' }]);
  });

  it('is not written above debug', async () => {
    const app = await TestApp.start({ LOG_LEVEL: 'info' });
    await app.client().add({ userId: 'alice' });
    await app.stop();
    expect(app.logged.filter(({ msg }) => msg === 'call')).toEqual([]);
  });
});
