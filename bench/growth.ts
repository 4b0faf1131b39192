/** `npm run bench:growth`: growth of cost with the size of messages and lists, with connections, stored tasks and calls. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureBlocking } from './growth/blocking.js';
import { measureCalls } from './growth/calls.js';
import { measureConnections } from './growth/connections.js';
import { measureListLength } from './growth/list-length.js';
import { measureMessageSize } from './growth/message-size.js';
import { measureStoredTasks } from './growth/stored-tasks.js';
import { machine } from './report.js';

const HELP = `npm run bench:growth [-- --only TEXT] [--calls N] [--no-write]

--only TEXT   only the parts whose title contains TEXT: message, length, long, connections, stored, number
--calls N     number of calls of the last part (default 20,000,000: some minutes)
--no-write    print the tables without writing bench/GROWTH.md; --only implies it
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    calls: { type: 'string', default: '20000000' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const PARTS: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  'Size of a message': measureMessageSize,
  'Length of a list': measureListLength,
  'Long lists beside short calls': measureBlocking,
  'Idle connections': measureConnections,
  'Tasks stored in the embedded store': measureStoredTasks,
  'Number of calls': () => measureCalls(Number(values.calls)),
};

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const sections: string[] = [];
  for (const [title, measure] of Object.entries(PARTS)) {
    if (!title.toLowerCase().includes(values.only.toLowerCase())) continue;
    process.stderr.write(`${title} …\n`);
    sections.push(`## ${title}\n\n${(await measure()).join('\n')}\n`);
  }
  const date = new Date().toISOString().slice(0, 10);
  const text = `# Growth\n\n\`npm run bench:growth\`, ${date}\n\n${machine()}\n${sections.join('\n')}`;
  process.stdout.write(text);
  if (!values['no-write'] && values.only === '') writeFileSync('bench/GROWTH.md', text);
}

await main();
