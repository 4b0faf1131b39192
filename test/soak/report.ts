/** One line of a report: name, value, and the bound if any. */
export interface Figure {
  readonly name: string;
  readonly value: string | number;
  readonly bound?: string;
  /** Whether the value is within the bound. */
  readonly holds?: boolean;
}

export function exactly(name: string, value: number, expected: number): Figure {
  return { name, value, bound: format(expected), holds: value === expected };
}

/** A figure with a maximum. @param unit Follows the numbers. */
export function atMost(name: string, value: number, limit: number, unit = ''): Figure {
  return { name, value: format(value) + unit, bound: `≤ ${format(limit)}${unit}`, holds: value <= limit };
}

/** Whether every figure with a bound is within it. */
export function allHold(figures: readonly Figure[]): boolean {
  return figures.every(({ holds }) => holds !== false);
}

/** The figures as a Markdown table, with the verdict below. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, bound = '', holds }) => {
    const text = typeof value === 'number' ? format(value) : value;
    return `| ${name} | ${text} | ${bound} | ${holds === undefined ? '' : holds ? 'holds' : 'BROKEN'} |`;
  });
  const broken = figures.filter(({ holds }) => holds === false).map(({ name }) => name);
  const verdict = broken.length === 0 ? 'Verdict: every bound holds' : `Verdict: BROKEN: ${broken.join('; ')}`;
  return ['| figure | measured | bound | |', '|---|---|---|---|', ...rows, '', verdict, ''].join('\n');
}

/** Counts by kind in one line; `none` without any. */
export function renderCounts(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind}: ${format(count)}`);
  return parts.join(', ') || 'none';
}

/** Formats a number: thousands separated, one decimal for small ones. */
export function format(value: number): string {
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Prints progress to stderr, so that stdout has only the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
