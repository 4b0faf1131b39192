/** Runs a callback in the next task of the event loop: keys, clicks and frames may come first. */
export function runInNextTask(callback: () => void): void {
  // A timer waits for milliseconds, in a page in the background for a second.
  if ('scheduler' in globalThis) {
    scheduler.postTask(callback, { priority: 'user-blocking' }).catch(reportError);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
