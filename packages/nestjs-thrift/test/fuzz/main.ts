// Tests every property with random values: FUZZ_SECONDS in all, or a few runs of each. FUZZ_SEED repeats a finding.
import { protocols } from '../protocol/dialects.js';
import { differentialProperties } from './differential.js';
import { framingProperties } from './framing-properties.js';
import { fuzzSeconds, fuzzSeed, tryProperty } from './fuzz.js';
import { idlProperties } from './idl-properties.js';
import { npmThriftQuirks } from './npm-thrift-quirks.js';
import { protocolProperties } from './protocol-properties.js';

const properties = [
  idlProperties,
  framingProperties,
  ...protocols.map(protocolProperties),
  ...(['binary', 'old-style', 'compact', 'json'] as const).map(differentialProperties),
].flatMap((some) => Object.entries(some));

for (const [name, holds] of Object.entries(npmThriftQuirks)) {
  if (!holds()) throw new Error(`No longer so: ${name}. Widen the comparison in differential.ts.`);
}

console.log(`FUZZ_SEED=${String(fuzzSeed)}`);
let total = 0;
for (const [name, property] of properties) {
  const runs = tryProperty(property, fuzzSeconds === undefined ? undefined : fuzzSeconds / properties.length);
  total += runs;
  console.log(`${name}: ${String(runs)} runs`);
}
console.log(`${String(total)} runs of ${String(properties.length)} properties, nothing found`);
