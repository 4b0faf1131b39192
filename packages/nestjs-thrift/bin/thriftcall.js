#!/usr/bin/env node
import { thriftCall } from '../dist/thriftcall/command.js';

const interrupt = new AbortController();
process.once('SIGINT', () => {
  interrupt.abort();
});
// The reader of a pipe has seen enough.
process.stdout.on('error', () => process.exit(1));
process.exitCode = await thriftCall(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  input: process.stdin,
  isWatched: process.stderr.isTTY === true,
  signal: interrupt.signal,
});
