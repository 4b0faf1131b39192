import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../support/project-copy.js';
import type { Peer } from './peer.js';
import { PeerProcess } from './peer-process.js';

const typescript = pathToFileURL(join(projectRoot, 'scripts/typescript.mjs')).href;

/** The npm package `thrift`. */
export const npmPeer: Peer = {
  name: 'npm thrift',
  // Its writer takes -0 for 0, and its JSON protocol keeps maps in plain objects.
  lacks: ['-0', '__proto__'],
  speaks: () => true,
  start: (schema) => new PeerProcess(process.execPath, ['--import', typescript, 'test/interop/npm/main.ts'], schema),
};
