import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { retryPause } from '../state/retry.js';
import { safeSessionStorage } from '../state/safe-storage.js';

/** Storage key of the version that was replaced, by its script: the page reloads once for each. */
const RELOADED = 'tasks-reloaded';

/**
 * Renders a component whose code is loaded on demand. A deployment removes the files of the older version: then the
 * page reloads, once. Without a connection it tries again, later or with the next one.
 */
export function Lazy<P extends object>({ load, ...props }: { load: () => Promise<ComponentType<P>> } & P) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>();
  const [attempt, setAttempt] = useState({ failures: 0 });
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const failures = attempt.failures + 1;
    // A connection that comes and goes does not lengthen the pauses.
    const onOnline = (): void => {
      setAttempt({ ...attempt });
    };
    load().then(
      (component) => {
        setLoaded(() => component);
      },
      () => {
        if (isGone) return;
        void reloadOnce();
        timer = setTimeout(
          () => {
            setAttempt({ failures });
          },
          retryPause(failures, {}, Math.random()),
        );
        addEventListener('online', onOnline);
      },
    );
    return () => {
      isGone = true;
      clearTimeout(timer);
      removeEventListener('online', onOnline);
    };
  }, [attempt]);
  return Loaded ? <Loaded {...(props as unknown as P)} /> : null;
}

async function reloadOnce(): Promise<void> {
  const version = currentScript();
  const isReloaded = (): boolean => safeSessionStorage.getItem(RELOADED) === version;
  if (version === undefined || isReloaded() || !(await isReplaced())) return;
  safeSessionStorage.setItem(RELOADED, version);
  // Without the mark the page could reload forever.
  if (isReloaded()) location.reload();
}

/**
 * Whether the server has another version of the page; false while it can't be reached. One that was away has these files
 * again: a reload would lose text.
 */
export async function isReplaced(): Promise<boolean> {
  const script = currentScript();
  if (script === undefined) return false;
  try {
    const answer = await fetch('/', { cache: 'no-cache', headers: { Accept: 'text/html' } });
    return answer.ok && !(await answer.text()).includes(script);
  } catch {
    return false;
  }
}

function currentScript(): string | undefined {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]:not([async])');
  return script ? new URL(script.src).pathname : undefined;
}
