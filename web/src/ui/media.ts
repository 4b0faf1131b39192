import { useEffect, useState } from 'preact/hooks';

/** Windows in which the side bar is a drawer; `lists.css` says the same. */
export const NARROW = '(max-width: 47.99rem)';

/** Whether the window matches a media query; the component renders again when that changes. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = (): void => {
      setMatches(list.matches);
    };
    onChange();
    list.addEventListener('change', onChange);
    return () => {
      list.removeEventListener('change', onChange);
    };
  }, [query]);
  return matches;
}
