// The door behind `npm start`, `npm test`, `npm run build` and `npm run tasks`: refuses a Node that is too old in words,
// then sets up what is missing. Nothing newer than Node 14 in this file, or an old Node fails on its syntax instead.
import fs from 'fs';

const wanted = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node;

function isOlder(version, minimum) {
  const [have, need] = [version, minimum].map((text) =>
    text
      .replace(/^[^0-9]*/, '')
      .split('.')
      .map(Number),
  );
  const differing = need.findIndex((part, place) => part !== have[place]);
  return differing >= 0 && have[differing] < need[differing];
}

if (isOlder(process.versions.node, wanted)) {
  console.error(
    `Tasks needs Node ${wanted}, and this is ${process.versions.node} (${process.execPath}). ` +
      'Install a newer Node, for instance the current LTS from nodejs.org, and run the command again.',
  );
  process.exit(1);
}

import('./commands.mjs')
  .then(({ runCommand }) => runCommand(process.argv[2], process.argv.slice(3)))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
