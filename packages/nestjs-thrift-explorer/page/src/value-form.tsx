import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { FieldDescription, Json, StructDescription, TypeDescription } from '../../src/description.js';
import { isText, typeText, type Contract } from './contract.js';
import { textOf } from './json-text.js';

interface ValueProps {
  contract: Contract;
  type: TypeDescription;
  value: Json;
  label: string;
  onChange: (value: Json) => void;
  /** Beside the label. */
  beside?: ComponentChildren;
}

type Members = Readonly<Record<string, Json | undefined>>;

interface FieldsFormProps {
  contract: Contract;
  fields: readonly FieldDescription[];
  value: Json;
  onChange: (value: Json) => void;
}

/** A form for the fields of a struct, or the arguments of a method. What is unset can be added. */
export function FieldsForm({ contract, fields, value, onChange }: FieldsFormProps) {
  const members = membersOf(value);
  const isSet = ({ name }: FieldDescription): boolean => members[name] !== undefined && members[name] !== null;
  const unset = fields.filter((field) => !isSet(field));
  const set = (name: string, member: Json | undefined): void => {
    onChange({ ...members, [name]: member });
  };
  return (
    <div class="form-fields">
      {fields.filter(isSet).map((field) => (
        <ValueForm
          key={field.name}
          contract={contract}
          type={field.type}
          value={members[field.name] ?? null}
          label={field.name}
          onChange={(member) => {
            set(field.name, member);
          }}
          beside={
            field.requiredness !== 'required' && (
              <SmallButton
                label="Unset"
                of={field.name}
                onClick={() => {
                  set(field.name, undefined);
                }}
              />
            )
          }
        />
      ))}
      {unset.length > 0 && (
        <p class="unset">
          <span>Unset:</span>
          {unset.map(({ name, type, defaultValue }) => (
            <button
              key={name}
              type="button"
              class="chip"
              aria-label={`Set ${name}`}
              onClick={() => {
                set(name, defaultValue ?? contract.initialValue(type));
              }}
            >
              + {name}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

function ValueForm(props: ValueProps) {
  const { contract, type } = props;
  switch (type.kind) {
    case 'struct': {
      const struct = contract.type(type.name);
      if (struct === undefined || struct.kind === 'enum') return <TextForm {...props} />;
      return struct.kind === 'union' ? (
        <UnionForm {...props} union={struct} />
      ) : (
        <StructForm {...props} struct={struct} />
      );
    }
    case 'list':
    case 'set':
      return <ListForm {...props} element={type.element} />;
    case 'map':
      return <MapForm {...props} keyType={type.key} valueType={type.value} />;
    case 'enum':
      return <EnumForm {...props} name={type.name} />;
    case 'bool':
      return <BoolForm {...props} />;
    default:
      return <TextForm {...props} />;
  }
}

function Group({
  label,
  type,
  beside,
  children,
}: Pick<ValueProps, 'label' | 'type' | 'beside'> & { children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>
        {label} <code class="type">{typeText(type)}</code>
        {beside}
      </legend>
      {children}
    </fieldset>
  );
}

function StructForm({ contract, struct, value, onChange, ...props }: ValueProps & { struct: StructDescription }) {
  return (
    <Group {...props}>
      <FieldsForm contract={contract} fields={struct.fields} value={value} onChange={onChange} />
    </Group>
  );
}

function UnionForm({ contract, union, value, onChange, ...props }: ValueProps & { union: StructDescription }) {
  const members = membersOf(value);
  const chosen = union.fields.find(({ name }) => members[name] !== undefined);
  return (
    <Group {...props}>
      <select
        aria-label={`Member of ${props.label}`}
        value={chosen?.name ?? ''}
        onChange={(event) => {
          const next = union.fields.find(({ name }) => name === event.currentTarget.value);
          if (next) onChange({ [next.name]: contract.initialValue(next.type) });
        }}
      >
        {chosen === undefined && <option value="">Choose one</option>}
        {union.fields.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {chosen && (
        <ValueForm
          contract={contract}
          type={chosen.type}
          value={members[chosen.name] ?? null}
          label={chosen.name}
          onChange={(member) => {
            onChange({ [chosen.name]: member });
          }}
        />
      )}
    </Group>
  );
}

function ListForm({ contract, element, value, onChange, ...props }: ValueProps & { element: TypeDescription }) {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  return (
    <Group {...props}>
      {items.map((item, place) => (
        <ValueForm
          key={place}
          contract={contract}
          type={element}
          value={item}
          label={`${props.label}[${String(place)}]`}
          onChange={(next) => {
            onChange(items.with(place, next));
          }}
          beside={
            <SmallButton
              label="Remove"
              of={`${props.label}[${String(place)}]`}
              onClick={() => {
                onChange(items.toSpliced(place, 1));
              }}
            />
          }
        />
      ))}
      <AddButton
        label={props.label}
        onClick={() => {
          onChange([...items, contract.initialValue(element)]);
        }}
      />
    </Group>
  );
}

/** Entries of a map. */
type Entries = readonly (readonly [Json, Json])[];

function MapForm({
  contract,
  keyType,
  valueType,
  value,
  onChange,
  ...props
}: ValueProps & { keyType: TypeDescription; valueType: TypeDescription }) {
  const entries = entriesOf(value);
  const change = (next: Entries): void => {
    onChange(isText(keyType) ? objectIfUnique(next) : next);
  };
  const replace = (place: number, entry: readonly [Json, Json]): void => {
    change(entries.with(place, entry));
  };
  return (
    <Group {...props}>
      {entries.map(([key, entry], place) => (
        <div key={place} class="entry">
          <ValueForm
            contract={contract}
            type={keyType}
            value={key}
            label={`Key ${String(place + 1)} of ${props.label}`}
            onChange={(next) => {
              replace(place, [next, entry]);
            }}
            beside={
              <SmallButton
                label="Remove"
                of={`entry ${String(place + 1)} of ${props.label}`}
                onClick={() => {
                  change(entries.toSpliced(place, 1));
                }}
              />
            }
          />
          <ValueForm
            contract={contract}
            type={valueType}
            value={entry}
            label={`Value ${String(place + 1)} of ${props.label}`}
            onChange={(next) => {
              replace(place, [key, next]);
            }}
          />
        </div>
      ))}
      <AddButton
        label={props.label}
        onClick={() => {
          change([...entries, [contract.initialValue(keyType), contract.initialValue(valueType)]]);
        }}
      />
    </Group>
  );
}

function EnumForm({ contract, name, value, onChange, label, beside }: ValueProps & { name: string }) {
  const id = useId();
  const found = contract.type(name);
  const values = found?.kind === 'enum' ? found.values : [];
  const isKnown = values.some((known) => known.name === value);
  return (
    <div class="form-field">
      <Label id={id} label={label} type={name} beside={beside} />
      <select
        id={id}
        value={written(value)}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      >
        {!isKnown && <option>{written(value)}</option>}
        {values.map((known) => (
          <option key={known.name}>{known.name}</option>
        ))}
      </select>
    </div>
  );
}

function BoolForm({ value, onChange, label, beside }: ValueProps) {
  const id = useId();
  return (
    <div class="form-field is-bool">
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        onChange={(event) => {
          onChange(event.currentTarget.checked);
        }}
      />
      <Label id={id} label={label} type="bool" beside={beside} />
    </div>
  );
}

/** Numbers and text. What is no number stays text, and the server names its path. */
function TextForm({ type, value, onChange, label, beside }: ValueProps) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const isNumber = ['i8', 'i16', 'i32', 'i64', 'double'].includes(type.kind);
  // `1.0` on the way to `1.05`.
  const text = isNumber && Object.is(numberOf(typed), value) ? typed : written(value);
  const hint = type.kind === 'binary' ? 'binary, as base64' : typeText(type);
  return (
    <div class="form-field">
      <Label id={id} label={label} type={hint} beside={beside} />
      {type.kind === 'string' ? (
        <textarea
          id={id}
          rows={1}
          spellcheck={false}
          value={text}
          onInput={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      ) : (
        <input
          id={id}
          spellcheck={false}
          autocapitalize="none"
          {...(isNumber && { inputMode: type.kind === 'double' ? ('decimal' as const) : ('numeric' as const) })}
          value={text}
          onInput={(event) => {
            const given = event.currentTarget.value;
            setTyped(given);
            onChange(isNumber ? numberOf(given) : given);
          }}
        />
      )}
    </div>
  );
}

function Label({ id, label, type, beside }: { id: string; label: string; type: string; beside: ComponentChildren }) {
  return (
    <div class="label-row">
      <label for={id}>
        {label} <code class="type">{type}</code>
      </label>
      {beside}
    </div>
  );
}

function SmallButton({ label, of, onClick }: { label: string; of: string; onClick: () => void }) {
  return (
    <button type="button" class="small" aria-label={`${label} ${of}`} onClick={onClick}>
      {label}
    </button>
  );
}

function AddButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" class="chip" aria-label={`Add to ${label}`} onClick={onClick}>
      + Add
    </button>
  );
}

function membersOf(value: Json): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function entriesOf(value: Json): Entries {
  if (Array.isArray(value)) {
    const pairs = value.filter((pair) => Array.isArray(pair)) as readonly (readonly Json[])[];
    // Half a pair, as somebody typed it as JSON, has null for the rest.
    return pairs.map(([key, entry]) => [key ?? null, entry ?? null] as const);
  }
  return Object.entries(membersOf(value)).map(([key, entry]) => [key, entry ?? null] as const);
}

/** While two keys are the same, pairs: an object would lose one of them. */
function objectIfUnique(entries: Entries): Json {
  const keys = new Set(entries.map(([key]) => key));
  return keys.size === entries.length
    ? Object.fromEntries(entries.map(([key, value]) => [written(key), value]))
    : entries;
}

/** A value in a text field. */
function written(value: Json): string {
  return typeof value === 'string' ? value : textOf(value);
}

/** A number that JSON can hold, or the text: an i64 beyond 2^53, `NaN`, or a mistake. */
function numberOf(text: string): number | string {
  const number = Number(text);
  const isExact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return isExact && /^\s*-?\d/.test(text) ? number : text;
}
