import { useEffect, useRef, useState } from 'preact/hooks';
import type { Contract, Entry } from './contract.js';
import { CONSTANTS_HASH, hashOfMethod, hashOfService, hashOfType, type Route } from './route.js';

interface NavigationProps {
  contract: Contract;
  route: Route;
}

/** The search, and all methods and types. In narrow windows the latter are folded. */
export function Navigation({ contract, route }: NavigationProps) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const results = contract.search(text);
  useEffect(() => {
    setText('');
    setOpen(false);
  }, [route]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if ((event.key !== '/' && event.key !== 't') || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, []);
  return (
    <nav class="navigation" aria-label="Contract">
      <search class="search">
        <input
          ref={input}
          type="search"
          aria-label="Search methods, types and comments"
          aria-keyshortcuts="/ t"
          placeholder="Search ( / )"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            const [first] = results;
            if (event.key === 'Enter' && first) location.hash = first.hash;
            if (event.key === 'Escape') setText('');
          }}
        />
        <button
          type="button"
          class="button browse"
          aria-expanded={isOpen}
          aria-controls="tree"
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          Browse
        </button>
      </search>
      <div id="tree" class={isOpen || text.trim() !== '' ? 'tree is-open' : 'tree'}>
        {text.trim() === '' ? <Tree contract={contract} route={route} /> : <Results results={results} />}
      </div>
    </nav>
  );
}

function Results({ results }: { results: readonly Entry[] }) {
  return (
    <>
      <p class="visually-hidden" role="status">{`${String(results.length)} found`}</p>
      {results.length === 0 && <p class="hint">Nothing found.</p>}
      <ul>
        {results.map(({ kind, label, hash, doc }) => (
          <li key={`${kind} ${label}`}>
            <a class="result" href={hash}>
              <span class="name">{label}</span>
              <span class="kind">{kind}</span>
              {doc !== undefined && <span class="snippet">{doc}</span>}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Tree({ contract, route }: NavigationProps) {
  const { services, types, constants } = contract.description;
  const isShown = (hash: string): boolean =>
    (route.view === 'method' && hash === hashOfMethod(route.service, route.method)) ||
    (route.view === 'type' && hash === hashOfType(route.name)) ||
    (route.view === 'service' && hash === hashOfService(route.name)) ||
    (route.view === 'constants' && hash === CONSTANTS_HASH);
  const item = (hash: string, label: string, mark?: string) => (
    <li key={hash}>
      <a href={hash} aria-current={isShown(hash) ? 'page' : undefined}>
        <span class="name">{label}</span>
        {mark !== undefined && <span class="kind">{mark}</span>}
      </a>
    </li>
  );
  return (
    <>
      {services.map(({ name, methods }) => (
        <section key={name}>
          <h2>
            <a href={hashOfService(name)} aria-current={isShown(hashOfService(name)) ? 'page' : undefined}>
              {name}
            </a>
          </h2>
          <ul>
            {methods.map((method) =>
              item(hashOfMethod(name, method.name), method.name, method.isOneway ? 'oneway' : undefined),
            )}
          </ul>
        </section>
      ))}
      {types.length > 0 && (
        <section>
          <h2>Types</h2>
          <ul>{types.map(({ name, kind }) => item(hashOfType(name), name, kind))}</ul>
        </section>
      )}
      {constants.length > 0 && (
        <section>
          <h2>More</h2>
          <ul>{item(CONSTANTS_HASH, 'Constants', String(constants.length))}</ul>
        </section>
      )}
    </>
  );
}
