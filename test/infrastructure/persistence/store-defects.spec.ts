import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '@tasks/service';
import { StoreDefects } from '../../../src/infrastructure/persistence/store-defects.js';

describe('StoreDefects', () => {
  it('warns at most once a minute, with the number of suppressed ones, and counts all', () => {
    let nowMs = 5_000;
    const lines: string[] = [];
    const defects = new StoreDefects({ warn: (line: string) => void lines.push(line) }, () => nowMs);
    for (let second = 0; second <= 120; second++) {
      defects.report(`defect ${String(second)}`);
      nowMs += 1_000;
    }
    expect(lines).toEqual([
      'defect 0',
      'defect 60 (and 59 more since the last warning)',
      'defect 120 (and 59 more since the last warning)',
    ]);
    expect(defects.count).toBe(121);
  });

  it('exports the count', async () => {
    const defects = new StoreDefects({ warn: () => undefined });
    const metrics = new MetricsRegistry();
    metrics.add(defects);
    defects.report('defect');
    defects.report('defect');
    expect(await metrics.render()).toMatch(/^task_store_defects_total 2$/m);
  });
});
