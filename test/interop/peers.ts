import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findGoProgram } from './go-program.js';
import { findPython } from '../support/python.js';
import { projectRoot } from '../support/project-copy.js';
import {
  noBoolInContainerInCompact,
  noEmptyListInListInJson,
  noEnumKeyInJson,
  noLongStringInJson,
  noNegativeZero,
  noNonFiniteInJson,
  noPrototypeKey,
  noStructKeyInJson,
  noUuid,
} from './gaps.js';
import type { Peer } from './peer.js';
import { PeerProcess } from './peer-process.js';

const typescript = pathToFileURL(join(projectRoot, 'scripts/typescript.mjs')).href;

/** The npm package `thrift`. */
export const npmPeer: Peer = {
  name: 'npm thrift',
  gaps: [noNegativeZero, noPrototypeKey, noStructKeyInJson, noEmptyListInListInJson, noBoolInContainerInCompact],
  knowsEveryType: true,
  compresses: false,
  speaks: () => true,
  // Its multiplexer looks for a colon in the name, which it reads as bytes where the binary is old-style.
  serves: ({ protocol }, multiplexed) => !(multiplexed && protocol === 'old-binary'),
  start: (schema) => new PeerProcess(process.execPath, ['--import', typescript, 'test/interop/npm/main.ts'], schema),
};

/** Peers in Python; none where there is no Python. */
export function pythonPeers(): Peer[] {
  const python = findPython();
  if (python === undefined) return [];
  return [
    {
      name: 'thriftpy2',
      gaps: [noUuid, noEnumKeyInJson, noLongStringInJson],
      knowsEveryType: false,
      compresses: false,
      speaks: ({ framing }) => framing === 'unframed' || framing === 'framed',
      // Its JSON server answers the first message of a connection again and again.
      serves: ({ protocol, framing }) => protocol !== 'json' && !framing.endsWith('header'),
      start: (schema) => new PeerProcess(python, ['-B', 'test/interop/python/thriftpy2_peer.py'], schema),
    },
    {
      name: "Apache's Python library",
      gaps: [noNonFiniteInJson],
      knowsEveryType: true,
      compresses: true,
      speaks: () => true,
      serves: () => true,
      start: (schema) => new PeerProcess(python, ['-B', 'test/interop/python/apache_peer.py'], schema),
    },
  ];
}

/** Apache's Go library; none where there is no Go. */
export function goPeers(): Peer[] {
  const program = findGoProgram();
  if (program === undefined) return [];
  return [
    {
      name: "Apache's Go library",
      gaps: [],
      knowsEveryType: true,
      compresses: true,
      speaks: () => true,
      serves: () => true,
      start: (schema) => new PeerProcess(program, [], schema),
    },
  ];
}
