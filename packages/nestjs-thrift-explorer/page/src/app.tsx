import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Contract } from './contract.js';
import { MethodView } from './method-view.js';
import { Navigation } from './navigation.js';
import { ConstantsView, Overview, ServiceView, TypeView } from './reference.js';
import type { Route } from './route.js';

interface AppProps {
  contract: Contract;
  route: ReadonlySignal<Route>;
}

export function App({ contract, route }: AppProps) {
  const shown = route.value;
  const { file, target, isReadOnly } = contract.description;
  useEffect(() => {
    // For screen readers, and for keys that scroll.
    if (shown.view !== 'overview') document.querySelector('h1')?.focus({ preventScroll: true });
  }, [shown]);
  return (
    <>
      <header class="header">
        <a class="brand" href="#/">
          <svg class="brand-mark" viewBox="0 0 26 26" aria-hidden="true">
            <rect width="26" height="26" rx="7" />
            <path d="M7 8.5h12M13 8.5v10M9 13.5h8" />
          </svg>
          Thrift explorer
        </a>
        <p class="target">
          <span class="file">{file}</span>
          {target && <span>{` at ${target.address}${target.isTls ? ' (TLS)' : ''}`}</span>}
          {isReadOnly && <span class="badge">read-only</span>}
        </p>
      </header>
      <div class="columns">
        <Navigation contract={contract} route={shown} />
        <main>
          <View contract={contract} route={shown} />
        </main>
      </div>
    </>
  );
}

function View({ contract, route }: { contract: Contract; route: Route }) {
  switch (route.view) {
    case 'method': {
      const method = contract.method(route.service, route.method);
      if (method === undefined) return <NotFound what={`method ${route.service}.${route.method}`} />;
      return (
        // A new one for each method and permalink.
        <MethodView
          key={`${route.service}.${route.method} ${JSON.stringify(route.link)}`}
          contract={contract}
          service={route.service}
          method={method}
          link={route.link}
        />
      );
    }
    case 'type': {
      const type = contract.type(route.name);
      return type ? <TypeView contract={contract} type={type} /> : <NotFound what={`type ${route.name}`} />;
    }
    case 'service': {
      const service = contract.service(route.name);
      return service ? (
        <ServiceView contract={contract} service={service} />
      ) : (
        <NotFound what={`service ${route.name}`} />
      );
    }
    case 'constants':
      return <ConstantsView contract={contract} />;
    default:
      return <Overview contract={contract} />;
  }
}

function NotFound({ what }: { what: string }) {
  return (
    <>
      <h1 tabIndex={-1}>Not found</h1>
      <p>The contract has no {what}.</p>
    </>
  );
}
