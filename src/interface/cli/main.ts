#!/usr/bin/env node
import { tasksCommand } from './tasks-command.js';

const { stdout, stderr } = process;

// Whoever reads may stop early: `tasks all alice | head -1`.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await tasksCommand(process.argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  ...(stderr.isTTY && { progress: stderr }),
});
