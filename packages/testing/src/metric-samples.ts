/** Returns the value of a sample in the text of `/metrics`, or undefined: `sampleOf(text, 'service_workers')`. */
export function sampleOf(metrics: string, sample: string): number | undefined {
  const line = metrics.split('\n').find((text) => text.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length));
}
