import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import fc from 'fast-check';
import { nextOccurrence } from '../../src/domain/occurrences.js';
import { completedRepeatRule, formatRepeatRule, parseRepeatRule } from '../../src/domain/repeat-rule.js';
import { formatWallClock, parseWallClock } from '../../src/domain/wall-clock.js';
import { completedRules, wallClocks } from '../support/repeat-rules.js';

const RULES = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=MO,WE,FR',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU',
  'FREQ=MONTHLY',
  'FREQ=MONTHLY;INTERVAL=3',
  'FREQ=MONTHLY;BYMONTHDAY=1,15,-1',
  'FREQ=MONTHLY;BYMONTHDAY=31',
  'FREQ=MONTHLY;BYDAY=1MO,3MO',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=MONTHLY;BYDAY=5SA',
  'FREQ=YEARLY',
  'FREQ=YEARLY;INTERVAL=4',
  'FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
];
const DUE = ['2026-12-01', '2027-01-31', '2027-01-30T09:30', '2028-02-29', '2026-11-27T23:59', '2026-08-31'];
/** Early, on the day, and three months and three years late. */
const NOW = ['2026-11-30T12:00', '2027-01-31T09:29', '2027-03-01', '2030-01-01T00:00'];

/** Prints the next occurrence of each case as python-dateutil has it, or null. */
const PYTHON = `
import json, sys
from datetime import datetime, time
from dateutil.rrule import rrulestr
answers = []
for case in json.load(sys.stdin):
    due, now = datetime.fromisoformat(case["due"]), datetime.fromisoformat(case["now"])
    timed = "T" in case["due"]
    last = max(due, now) if timed else max(due, datetime.combine(now.date(), time()))
    # A whole day counts as its beginning.
    includes = timed and "T" not in case["now"] and now > due
    found = rrulestr(case["rule"], dtstart=due).after(last, inc=includes)
    answers.append(found and found.strftime("%Y-%m-%dT%H:%M" if timed else "%Y-%m-%d"))
print(json.dumps(answers))
`;

interface Case {
  readonly rule: string;
  readonly due: string;
  readonly now: string;
}

function ourAnswer({ rule, due, now }: Case): string | null {
  const found = nextOccurrence(parseRepeatRule(rule), parseWallClock(due, 'dueOn'), parseWallClock(now, 'now'));
  return found === undefined ? null : formatWallClock(found.due);
}

function completed(rule: string, due: string): string {
  return formatRepeatRule(completedRepeatRule(parseRepeatRule(rule), parseWallClock(due, 'dueOn')));
}

describeWithPython('The next occurrence agrees with python-dateutil', (python) => {
  const theirAnswers = (cases: readonly Case[]): unknown => {
    const input = JSON.stringify(cases);
    const { status, stdout, stderr } = spawnSync(python, ['-c', PYTHON], { input, encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) throw new Error(`python-dateutil failed: ${stderr}`);
    return JSON.parse(stdout);
  };
  const expectAgreement = (cases: readonly Case[]): void => {
    const theirs = theirAnswers(cases) as (string | null)[];
    const differing = cases.flatMap((one, at) =>
      ourAnswer(one) === theirs[at] ? [] : [{ ...one, ours: ourAnswer(one), theirs: theirs[at] }],
    );
    expect(differing).toEqual([]);
  };

  it('for common rules, dates at the ends of months, and tasks that are done early and late', () => {
    const cases = RULES.flatMap((rule) =>
      DUE.flatMap((due) => NOW.map((now) => ({ rule: completed(rule, due), due, now }))),
    );
    expect(cases.length).toBeGreaterThan(400);
    expectAgreement(cases);
  });

  it('for rules that end by a date or a count', () => {
    const dues = ['2026-12-01', '2026-12-01T09:30'];
    const ends = ['COUNT=1', 'COUNT=2', 'COUNT=9', 'UNTIL=20261201', 'UNTIL=20270115T093000', 'UNTIL=20270115T092900'];
    const cases = ['FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=MONTHLY'].flatMap((rule) =>
      ends.flatMap((end) =>
        dues
          // dateutil takes a date as its midnight; here it includes the whole day.
          .filter((due) => due.includes('T') || !end.includes('T'))
          .flatMap((due) =>
            [...NOW, '2026-12-04'].map((now) => ({ rule: completed(`${rule};${end}`, due), due, now })),
          ),
      ),
    );
    expectAgreement(cases.filter(({ rule, due }) => !(due.includes('T') && /UNTIL=\d{8}(;|$)/.test(rule))));
  });

  it('for the wall clocks that one moment has around the earth', () => {
    const moments = ['2026-12-01T11:59Z', '2027-01-31T23:30Z', '2028-02-29T10:00Z'];
    const nows = moments.flatMap((moment) =>
      Array.from({ length: 27 }, (_, zone) =>
        new Date(Date.parse(moment) + (zone - 12) * 3_600_000).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length),
      ),
    );
    const dues = ['2026-12-01', '2026-12-01T09:30', '2027-01-31T23:59', '2028-02-29'];
    const rules = ['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,WE,FR', 'FREQ=MONTHLY', 'FREQ=MONTHLY;BYDAY=-1FR'];
    expectAgreement(
      rules.flatMap((rule) => dues.flatMap((due) => nows.map((now) => ({ rule: completed(rule, due), due, now })))),
    );
  });

  it('for random rules and dates', () => {
    const seed = Date.now();
    process.stderr.write(`repeat rules: seed ${String(seed)}\n`);
    const samples = fc.sample(fc.tuple(completedRules, wallClocks), { numRuns: 300, seed });
    expectAgreement(
      samples.map(([{ rule, due }, now]) => ({
        rule: formatRepeatRule(rule),
        due: formatWallClock(due),
        now: formatWallClock(now),
      })),
    );
  });
});
