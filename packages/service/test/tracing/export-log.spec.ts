import { describe, expect, it } from '@jest/globals';
import { ExportLog } from '../../src/tracing/export-log.js';
import { createLog } from '../../src/logging/log.js';

describe('The log about lost traces', () => {
  it('has at most a line a minute, with a count of suppressed ones, no credentials', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const log = await createLog({ level: 'info', format: 'json', destination });
    let nowMs = 0;
    const faults = new ExportLog(log, () => nowMs);
    faults.add(new Error('connect ECONNREFUSED http://user:hunter2@collector:4318'));
    faults.warn('Dropped 7 spans because maxQueueSize reached');
    faults.info();
    nowMs = 59_999;
    faults.error('again');
    nowMs = 60_000;
    faults.add(new Error('still away'));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', err: { message: 'connect ECONNREFUSED http://***@collector:4318' } },
      { level: 'warn', left_out: 2, err: { message: 'still away' } },
    ]);
  });
});
