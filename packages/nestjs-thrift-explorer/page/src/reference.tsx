import { useState } from 'preact/hooks';
import type {
  EnumDescription,
  FieldDescription,
  MethodDescription,
  NamedTypeDescription,
  ServiceDescription,
  TypeDescription,
} from '../../src/description.js';
import { namesIn, type Contract } from './contract.js';
import { DocText } from './doc-text.js';
import { textOf } from './json-text.js';
import { hashOfMethod, hashOfService, hashOfType } from './route.js';
import { TypeLink } from './type-link.js';

interface FieldsProps {
  contract: Contract;
  fields: readonly FieldDescription[];
  service?: string;
}

/** Fields, arguments or exceptions. */
export function Fields({ contract, fields, service }: FieldsProps) {
  return (
    <dl class="fields">
      {fields.map(({ id, name, type, requiredness, defaultValue, doc }) => (
        <div key={name} class="field-row">
          <dt>
            <span class="id">{id}:</span> <span class="name">{name}</span> <TypeLink type={type} />
            {requiredness !== 'default' && <span class="badge">{requiredness}</span>}
            {defaultValue !== undefined && <code class="default">= {textOf(defaultValue, 0)}</code>}
          </dt>
          <dd>
            <DocText contract={contract} text={doc} {...(service !== undefined && { service })} />
            <Inside contract={contract} type={type} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What the structs and enums of a type consist of, folded. */
export function Inside({ contract, type }: { contract: Contract; type: TypeDescription }) {
  const types = [...new Set(namesIn(type))].map((name) => contract.type(name));
  return <>{types.map((found) => found && <Folded key={found.name} contract={contract} type={found} />)}</>;
}

/** Its content is made when it is opened: types may contain themselves. */
function Folded({ contract, type }: { contract: Contract; type: NamedTypeDescription }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="inside"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{type.kind === 'enum' ? `Values of ${type.name}` : `Fields of ${type.name}`}</summary>
      {isOpen && <Members contract={contract} type={type} />}
    </details>
  );
}

function Members({ contract, type }: { contract: Contract; type: NamedTypeDescription }) {
  return type.kind === 'enum' ? (
    <Values contract={contract} values={type.values} />
  ) : (
    <Fields contract={contract} fields={type.fields} />
  );
}

function Values({ contract, values }: { contract: Contract; values: EnumDescription['values'] }) {
  return (
    <dl class="fields">
      {values.map(({ name, number, doc }) => (
        <div key={name} class="field-row">
          <dt>
            <span class="name">{name}</span> <code class="default">= {number}</code>
          </dt>
          <dd>
            <DocText contract={contract} text={doc} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A method on one line. */
export function Signature({ method }: { method: MethodDescription }) {
  const { name, isOneway, args, returns, throws } = method;
  return (
    <p class="signature">
      {isOneway && 'oneway '}
      {returns ? <TypeLink type={returns} /> : <code class="type">void</code>} <strong>{name}</strong>(
      {args.map((field, place) => (
        <span key={field.name}>
          {place > 0 && ', '}
          <TypeLink type={field.type} /> {field.name}
        </span>
      ))}
      ){throws.length > 0 && ' throws '}
      {throws.map((field, place) => (
        <span key={field.name}>
          {place > 0 && ', '}
          <TypeLink type={field.type} />
        </span>
      ))}
    </p>
  );
}

export function Overview({ contract }: { contract: Contract }) {
  const { services, types, file } = contract.description;
  return (
    <>
      <h1 tabIndex={-1}>{file}</h1>
      {services.map((service) => (
        <section key={service.name} class="card">
          <h2>
            <a href={hashOfService(service.name)}>{service.name}</a>
          </h2>
          <DocText contract={contract} text={service.doc} service={service.name} />
          <Methods service={service} />
        </section>
      ))}
      {services.length === 0 && <p>The explorer has no methods of this contract.</p>}
      {types.length > 0 && (
        <section class="card">
          <h2>Types</h2>
          <ul class="chips">
            {types.map(({ name }) => (
              <li key={name}>
                <a href={hashOfType(name)}>{name}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

export function ServiceView({ contract, service }: { contract: Contract; service: ServiceDescription }) {
  return (
    <>
      <h1 tabIndex={-1}>{service.name}</h1>
      <p class="signature">
        service {service.name}
        {service.extends !== undefined && (
          <>
            {' extends '}
            {contract.service(service.extends) ? (
              <a href={hashOfService(service.extends)}>{service.extends}</a>
            ) : (
              service.extends
            )}
          </>
        )}
      </p>
      <DocText contract={contract} text={service.doc} service={service.name} />
      <section class="card">
        <h2>Methods</h2>
        <Methods service={service} />
      </section>
    </>
  );
}

function Methods({ service }: { service: ServiceDescription }) {
  return (
    <ul class="methods">
      {service.methods.map(({ name, doc }) => (
        <li key={name}>
          <a href={hashOfMethod(service.name, name)}>
            <code>{name}</code>
          </a>
          <span class="snippet">{doc?.split('\n\n')[0]}</span>
        </li>
      ))}
    </ul>
  );
}

export function TypeView({ contract, type }: { contract: Contract; type: NamedTypeDescription }) {
  const uses = contract.usesOf(type.name);
  return (
    <>
      <h1 tabIndex={-1}>{type.name}</h1>
      <p class="signature">
        {type.kind} {type.name}
      </p>
      <DocText contract={contract} text={type.doc} />
      <section class="card">
        <h2>{type.kind === 'enum' ? 'Values' : 'Fields'}</h2>
        <Members contract={contract} type={type} />
      </section>
      {uses.length > 0 && (
        <section class="card">
          <h2>Used by</h2>
          <ul class="chips">
            {uses.map(({ label, hash }) => (
              <li key={hash}>
                <a href={hash}>{label}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

export function ConstantsView({ contract }: { contract: Contract }) {
  return (
    <>
      <h1 tabIndex={-1}>Constants</h1>
      <section class="card" aria-label="Constants">
        <dl class="fields">
          {contract.description.constants.map(({ name, type, value, doc }) => (
            <div key={name} class="field-row">
              <dt>
                <TypeLink type={type} /> <span class="name">{name}</span>{' '}
                <code class="default">= {textOf(value, 0)}</code>
              </dt>
              <dd>
                <DocText contract={contract} text={doc} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
