// What `npm run bench` measures beside this project and Node's own packages: a MongoDB and a Python with thriftpy2. Each is
// made where it can be; without it, the bench leaves its rows out and says so.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, say } from './root.mjs';
import { runNode } from './run-process.mjs';

/** Runs a bench while the stand-ins are there, with its arguments and what it has to say of them. */
export async function withStandIns(args, run) {
  if (args.includes('--help')) return run(args);
  const python = await runNode(['scripts/python-venv.mjs'], { capture: true });
  if (python.code !== 0) say(python.output.trim());
  const mongo = process.env.MONGODB_URI || args.includes('--quick') ? undefined : await startMongo();
  if (mongo === undefined) return run(args);
  process.env.MONGODB_URI = mongo.uri;
  try {
    return await run(['--note', `MongoDB is ${mongo.product}.`, ...args]);
  } finally {
    await mongo.stop();
  }
}

/** The MongoDB of the tests. Undefined where there is none to be had; the reason is told. */
async function startMongo() {
  await import('./typescript.mjs');
  const { startMongo } = await import(pathToFileURL(join(root, 'test/support/mongo.ts')).href);
  try {
    return await startMongo();
  } catch (error) {
    say(`No MongoDB: ${error.message}`);
    return undefined;
  }
}
