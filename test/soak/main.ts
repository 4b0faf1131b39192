/** `npm run scenario -- NAME`: the services under load and faults, for long. Ends with 1 when a bound is broken. */
import { parseArgs } from 'node:util';
import { earlyEnd } from './early-end.js';
import { allHold, renderFigures } from './report.js';
import { OptionValues, type Scenario } from './scenario.js';
import { backup } from './scenarios/backup.js';
import { chaos } from './scenarios/chaos.js';
import { durability } from './scenarios/durability.js';
import { ends } from './scenarios/ends.js';
import { rollingRestart } from './scenarios/rolling-restart.js';
import { servers } from './scenarios/servers.js';
import { sharing } from './scenarios/sharing.js';
import { soak } from './scenarios/soak.js';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  soak,
  chaos,
  durability,
  ends,
  backup,
  'rolling-restart': rollingRestart,
  servers,
  sharing,
};

const [name = '', ...args] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (scenario === undefined) {
  const lines = Object.entries(SCENARIOS).map(([name, { about }]) => `  ${name.padEnd(16)} ${about}\n`);
  process.stderr.write(`Usage: npm run scenario -- NAME [OPTIONS]\n\n${lines.join('')}\nEach has --help.\n`);
  process.exitCode = 2;
} else {
  await play(scenario);
}

async function play(scenario: Scenario): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(
        Object.entries(scenario.options).map(([option, preset]) => [
          option,
          {
            type: typeof preset === 'boolean' ? 'boolean' : 'string',
            ...(preset !== undefined && { default: preset }),
          },
        ]),
      ),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(scenario.help);
    return;
  }
  const figures = await scenario.run(new OptionValues(values), earlyEnd());
  process.stdout.write(renderFigures(figures));
  if (!allHold(figures)) process.exitCode = 1;
}
