#!/usr/bin/env node
import { thriftTypes } from '../dist/generate/command.js';

process.exitCode = thriftTypes(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
