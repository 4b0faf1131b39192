// Preloaded into a program: prints, at SIGUSR2, the URLs of all files that the program has loaded.
import module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread, MessageChannel } from 'node:worker_threads';

let report;

// Before Node 22, hooks run in a thread of their own, where this file is loaded again.
export function initialize(port) {
  report = (url) => port.postMessage(url);
}

export function load(url, context, nextLoad) {
  report(url);
  return nextLoad(url, context);
}

if (isMainThread) {
  const modules = [];
  if (module.registerHooks) {
    report = (url) => modules.push(url);
    module.registerHooks({ load });
  } else {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (url) => modules.push(url));
    port1.unref();
    module.register(import.meta.url, { data: port2, transferList: [port2] });
  }
  process.on('SIGUSR2', () => {
    const required = Object.keys(createRequire(import.meta.url).cache).map((file) => pathToFileURL(file).href);
    console.log(`LOADED ${JSON.stringify([...modules, ...required])} END`);
  });
}
