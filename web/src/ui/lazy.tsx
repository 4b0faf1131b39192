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
  if (safeSessionStorage.getItem(RELOADED) !== null || !(await isReplaced())) return;
  safeSessionStorage.setItem(RELOADED, 'yes');
  // Without the mark the page could reload forever.
  if (safeSessionStorage.getItem(RELOADED) !== null) location.reload();
}

/**
 * Whether the server has another version of the page; false while it can't be reached. One that was away has these files
 * again: a reload would lose text.
 */
export async function isReplaced(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]:not([async])')?.src;
  if (script === undefined) return false;
  try {
    const answer = await fetch('/', { cache: 'no-cache', headers: { Accept: 'text/html' } });
    return answer.ok && !(await answer.text()).includes(new URL(script).pathname);
  } catch {
    return false;
  }
}
