import type { TypeDescription } from '../../src/description.js';
import { hashOfType } from './route.js';

/** A type in the syntax of the IDL, with links to its structs and enums. */
export function TypeLink({ type }: { type: TypeDescription }) {
  return (
    <code class="type">
      <Part type={type} />
    </code>
  );
}

function Part({ type }: { type: TypeDescription }) {
  switch (type.kind) {
    case 'struct':
    case 'enum':
      return <a href={hashOfType(type.name)}>{type.name}</a>;
    case 'list':
    case 'set':
      return (
        <>
          {type.kind}&lt;
          <Part type={type.element} />
          &gt;
        </>
      );
    case 'map':
      return (
        <>
          map&lt;
          <Part type={type.key} />, <Part type={type.value} />
          &gt;
        </>
      );
    default:
      return <>{type.kind}</>;
  }
}
