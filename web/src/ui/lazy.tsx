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
      () => {
        if (safeSessionStorage.getItem(RELOADED) !== null || !navigator.onLine) return;
        safeSessionStorage.setItem(RELOADED, 'yes');
        // Without the mark the page could reload forever.
        if (safeSessionStorage.getItem(RELOADED) !== null) location.reload();
      },
    );
  }, []);
  return Loaded ? <Loaded {...(props as unknown as P)} /> : null;
}
