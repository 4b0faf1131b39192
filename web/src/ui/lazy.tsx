import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { safeSessionStorage } from '../state/safe-storage.js';

const RELOADED = 'tasks-reloaded';

/**
 * Renders a component whose code is loaded on demand. A deployment removes the files of the older version: then the
 * page reloads, once.
 */
export function Lazy<P extends object>({ load, ...props }: { load: () => Promise<ComponentType<P>> } & P) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>();
  useEffect(() => {
    load().then(
      (component) => {
        safeSessionStorage.removeItem(RELOADED);
        setLoaded(() => component);
      },
      () => void reloadOnce(),
    );
  }, []);
  return Loaded ? <Loaded {...(props as unknown as P)} /> : null;
}

async function reloadOnce(): Promise<void> {
  if (safeSessionStorage.getItem(RELOADED) !== null) return;
  // A server that is away has the files again when it is back, and reloading would lose the page.
  const isServerThere = await fetch('/', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isServerThere) return;
  safeSessionStorage.setItem(RELOADED, 'yes');
  // Without the mark the page could reload forever.
  if (safeSessionStorage.getItem(RELOADED) !== null) location.reload();
}
