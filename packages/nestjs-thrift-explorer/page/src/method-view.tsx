import { useMemo } from 'preact/hooks';
import type { MethodDescription } from '../../src/description.js';
import { CallPanel } from './call-panel.js';
import type { Contract } from './contract.js';
import { DocText } from './doc-text.js';
import { Draft } from './draft.js';
import { Fields, Inside, Signature } from './reference.js';
import { hashOfService, type LinkedCall } from './route.js';
import { TypeLink } from './type-link.js';

interface MethodViewProps {
  contract: Contract;
  service: string;
  method: MethodDescription;
  link: LinkedCall;
}

/** A method: its comment, a form to call it, and the reference of its arguments. */
export function MethodView({ contract, service, method, link }: MethodViewProps) {
  const draft = useMemo(() => new Draft(contract, service, method, link), [contract, service, method, link]);
  const { args, returns, throws } = method;
  return (
    <article class="method">
      <div class="method-head">
        <h1 tabIndex={-1}>
          <a href={hashOfService(service)}>{service}</a>.{method.name}
        </h1>
        <Signature method={method} />
        <DocText contract={contract} text={method.doc} service={service} />
      </div>
      <CallPanel contract={contract} service={service} method={method} draft={draft} />
      <div class="method-reference">
        <section class="card">
          <h2>Arguments</h2>
          {args.length === 0 ? (
            <p class="hint">None.</p>
          ) : (
            <Fields contract={contract} fields={args} service={service} />
          )}
        </section>
        <section class="card">
          <h2>Returns</h2>
          {method.isOneway ? (
            <p class="hint">Nothing: a oneway call has no reply.</p>
          ) : (
            <>
              <p>{returns ? <TypeLink type={returns} /> : <code class="type">void</code>}</p>
              {returns && <Inside contract={contract} type={returns} />}
            </>
          )}
        </section>
        {throws.length > 0 && (
          <section class="card">
            <h2>Throws</h2>
            <Fields contract={contract} fields={throws} service={service} />
          </section>
        )}
      </div>
    </article>
  );
}
