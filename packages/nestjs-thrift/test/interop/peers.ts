import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findGoProgram } from '@tasks/testing/go-program';
import { findJavaProgram } from '@tasks/testing/java-program';
import { findPython } from '@tasks/testing/python';
import { projectRoot } from '@tasks/testing/project-copy';
import {
  noBoolInContainerInCompact,
  noContainerAsKeyInJson,
  noContainerInListOrSetInMapInJson,
  noEmptyListInListInJson,
  noEnumOrContainerKeyInJson,
  noFractionInContainerInJson,
  noListAsKey,
  noLongStringInJson,
  noMultiplexedOldBinaryServer,
  noNegativeZero,
  noNonFiniteInJson,
  noOnewayToJsonServer,
  noPrototypeKey,
  noTHeader,
  noUuid,
  noUuidInContainer,
} from './gaps.js';
import type { Peer } from './peer.js';
import { PeerProcess } from './peer-process.js';

const folder = 'packages/nestjs-thrift/test/interop';
const typescript = pathToFileURL(join(projectRoot, 'scripts/typescript.mjs')).href;

/** The npm package `thrift`. */
export const npmPeer: Peer = {
  name: 'npm thrift',
  gaps: [
    noNegativeZero,
    noPrototypeKey,
    noContainerAsKeyInJson,
    noEmptyListInListInJson,
    noBoolInContainerInCompact,
    noMultiplexedOldBinaryServer,
  ],
  compresses: false,
  start: (schema) =>
    new PeerProcess(process.execPath, ['-C', 'tasks-source', '--import', typescript, `${folder}/npm/main.ts`], schema),
};

/** Peers in Python; empty without Python. */
export function pythonPeers(): Peer[] {
  const python = findPython();
  if (python === undefined) return [];
  return [
    {
      name: 'thriftpy2',
      gaps: [
        noTHeader,
        noUuid,
        noListAsKey,
        noEnumOrContainerKeyInJson,
        noContainerInListOrSetInMapInJson,
        noFractionInContainerInJson,
        noLongStringInJson,
        noOnewayToJsonServer,
      ],
      compresses: false,
      start: (schema) => new PeerProcess(python, ['-B', `${folder}/python/thriftpy2_peer.py`], schema),
    },
    {
      name: "Apache's Python library",
      gaps: [noNonFiniteInJson],
      compresses: true,
      start: (schema) => new PeerProcess(python, ['-B', `${folder}/python/apache_peer.py`], schema),
    },
  ];
}

/** Apache's Go library; empty without Go. */
export function goPeers(): Peer[] {
  const program = findGoProgram('packages/nestjs-thrift/test/interop/go', 'interop-peer');
  if (program === undefined) return [];
  return [
    {
      name: "Apache's Go library",
      gaps: [],
      compresses: true,
      start: (schema) => new PeerProcess(program, [], schema),
    },
  ];
}

/** Apache's Java library; empty without Java. */
function javaPeers(): Peer[] {
  const classPath = findJavaProgram(`${folder}/java`, 'interop-java');
  if (classPath === undefined) return [];
  // It lives for seconds: compiling well would take longer than it saves.
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath];
  return [
    {
      name: "Apache's Java library",
      gaps: [noTHeader, noUuidInContainer],
      compresses: false,
      start: (schema) => new PeerProcess('java', [...options, 'Peer'], schema),
    },
  ];
}

/** Every peer that can run on this machine. */
export function allPeers(): Peer[] {
  return [npmPeer, ...pythonPeers(), ...goPeers(), ...javaPeers()];
}
