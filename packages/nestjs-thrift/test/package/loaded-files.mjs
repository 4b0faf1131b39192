// Preloaded into a program: prints, at SIGUSR2, the URLs of all files that the program has loaded so far.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread, MessageChannel } from 'node:worker_threads';

let main;

// Node runs hooks in a thread of their own, where this file is loaded again.
export function initialize(port) {
  main = port;
}

export function load(url, context, nextLoad) {
  main.postMessage(url);
  return nextLoad(url, context);
}

if (isMainThread) {
  const modules = [];
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (url) => modules.push(url));
  port1.unref();
  register(import.meta.url, { data: port2, transferList: [port2] });
  process.on('SIGUSR2', () => {
    const required = Object.keys(createRequire(import.meta.url).cache).map((file) => pathToFileURL(file).href);
    console.log(`LOADED ${JSON.stringify([...modules, ...required])} END`);
  });
}
