// Child processes of the set-up and of the checks.
import { spawn } from 'node:child_process';
import { root } from './root.mjs';

const running = new Set();

function passOn(signal) {
  for (const child of running) child.kill(signal);
  process.exitCode = 1;
}

// Listens only while a child runs: afterwards the service lives in this process, and signals are its own.
function track(child) {
  if (running.size === 0) for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, passOn);
  running.add(child);
  child.on('close', () => {
    running.delete(child);
    if (running.size === 0) for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, passOn);
  });
}

/**
 * Runs Node on `args` in the project's folder and resolves, never rejects, to its exit code (1 after a signal). With
 * `capture` it resolves to what the child printed, too; otherwise the child prints here, with `quietStdout` on stderr.
 */
export function runNode(args, { capture = false, quietStdout = false } = {}) {
  return new Promise((resolve) => {
    const stdio = capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', quietStdout ? 2 : 'inherit', 'inherit'];
    const child = spawn(process.execPath, args, { cwd: root, stdio });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(String(error))));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
    track(child);
  });
}
