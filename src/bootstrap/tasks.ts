#!/usr/bin/env node
import { versionIn } from '@tasks/service';
import { tasksCommand, type Terminal } from '../interface/cli/tasks-command.js';

const { stdout, stderr } = process;

const unwritten: string[] = [];
stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // The reader may stop early: `tasks all alice | head -1`.
  if (code === 'EPIPE' || unwritten.push(message) > 1) return;
  stderr.write(`tasks: The result can't be written (${message}); the command itself was executed\n`);
  process.exitCode = 1;
});
// Nothing left to report it to.
stderr.on('error', () => undefined);
const terminal: Terminal = {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  ...(stderr.isTTY && { progress: stderr }),
};
const exitCode = await tasksCommand(process.argv.slice(2), terminal, {
  version: versionIn(new URL('../../package.json', import.meta.url)),
  loadMaintenance: () => import('./maintenance.js'),
});
if (unwritten.length === 0) process.exitCode = exitCode;
