/** `npm run scenario -- NAME`: the services under load and faults, for long. */
const SCENARIOS: Readonly<Record<string, { readonly file: string; readonly about: string }>> = {
  soak: {
    file: './soak-main.ts',
    about: 'mixed calls beside misbehaving peers; memory, handles and latency stay flat',
  },
  chaos: { file: './chaos-main.ts', about: 'MongoDB failing in every way; every call is answered in time' },
  'rolling-restart': {
    file: './rolling-restart-main.ts',
    about: 'instances restarted in turn; nothing is lost or doubled',
  },
};

const [name = ''] = process.argv.splice(2, 1);
const scenario = SCENARIOS[name];
if (scenario === undefined) {
  const lines = Object.entries(SCENARIOS).map(([name, { about }]) => `  ${name.padEnd(16)} ${about}\n`);
  process.stderr.write(`Usage: npm run scenario -- NAME [OPTIONS]\n\n${lines.join('')}\nEach has --help.\n`);
  process.exitCode = 2;
} else {
  await import(scenario.file);
}
