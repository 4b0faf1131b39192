import { describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';

describe('The access log', () => {
  it('has a line for each call at debug: who, what, how long and how it ended, and nothing of its contents', async () => {
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

  it('is not written above debug', async () => {
    const app = await TestApp.start({ LOG_LEVEL: 'info' });
    await app.client().add({ userId: 'alice' });
    await app.stop();
    expect(app.logged.filter(({ msg }) => msg === 'call')).toEqual([]);
  });
});
