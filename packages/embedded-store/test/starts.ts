import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fork, type ChildProcess } from 'node:child_process';
import { projectRoot } from '@tasks/testing/project-copy';

const OPENER = fileURLToPath(new URL('./opener.ts', import.meta.url));

/** Has two processes open one new folder after the other, both at the same moment, and counts how many got it. */
export async function startsAtOnce(root: string, rounds: number): Promise<{ none: number; one: number; both: number }> {
  const processes = [startOpener(), startOpener()];
  await Promise.all(processes.map((opener) => once(opener, 'message')));
  const counts = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const folder = join(root, String(round));
    const atMs = Date.now() + 20;
    const opened = (await Promise.all(processes.map((opener) => ask(opener, { folder, atMs })))).filter(Boolean).length;
    counts[opened] = (counts[opened] ?? 0) + 1;
    await Promise.all(processes.map((opener) => ask(opener, 'close')));
  }
  for (const opener of processes) opener.disconnect();
  const [none = 0, one = 0, both = 0] = counts;
  return { none, one, both };
}

function startOpener(): ChildProcess {
  return fork(OPENER, { cwd: projectRoot, execArgv: ['-C', 'tasks-source', '--import', './scripts/typescript.mjs'] });
}

async function ask(opener: ChildProcess, message: object | string): Promise<unknown> {
  const answered = once(opener, 'message');
  opener.send(message);
  const [answer] = (await answered) as [unknown];
  return answer;
}
