import type { Contract } from './contract.js';

interface DocTextProps {
  contract: Contract;
  text: string | undefined;
  /** The service of the comment, whose methods it may name. */
  service?: string;
}

/** A doc comment: paragraphs, with names in backticks as links where the contract has them. */
export function DocText({ contract, text, service }: DocTextProps) {
  if (text === undefined) return null;
  return (
    <div class="doc">
      {text.split(/\n\s*\n/).map((paragraph, place) => (
        <p key={place}>
          {partsOf(paragraph).map((part, index) =>
            index % 2 === 0 ? part : <Code key={index} name={part} contract={contract} service={service} />,
          )}
        </p>
      ))}
    </div>
  );
}

/** Text and code by turns. A backtick without a second one is text. */
function partsOf(paragraph: string): readonly string[] {
  return paragraph.split(/`([^`\n]+)`/);
}

function Code({ name, contract, service }: { name: string; contract: Contract; service: string | undefined }) {
  const hash = contract.linkOf(name, service);
  const code = <code>{name}</code>;
  return hash === undefined ? code : <a href={hash}>{code}</a>;
}
