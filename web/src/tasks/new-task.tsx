import { useRef, useState } from 'preact/hooks';
import { TASK_NAME_MAX_LENGTH } from '../state/task.js';
import { useApp, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';

/** The field for a new task. Enter adds it and keeps the focus for the next; pasted lines can become several tasks. */
export function NewTask() {
  const { tasks } = useApp().app;
  const texts = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const [lines, setLines] = useState<readonly string[]>([]);
  const [announcement, setAnnouncement] = useState('');

  const say = (name: string): void => {
    setAnnouncement(texts.added(name));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const name = tasks.draft.value;
    if (tasks.add(name)) {
      tasks.draft.value = '';
      say(name.trim());
    }
    setLines([]);
    field.current?.focus();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = (event.clipboardData?.getData('text/plain') ?? '').split(/\r?\n/).map((line) => line.trim());
    const names = pasted.filter((line) => line !== '');
    setLines(names.length > 1 ? names : []);
  };
  const addSeveral = (): void => {
    tasks.addAll(lines);
    tasks.draft.value = '';
    say(texts.addSeveral(lines.length));
    setLines([]);
    field.current?.focus();
  };

  return (
    <form class="new-task" onSubmit={submit} autocomplete="off">
      <label class="new-task-field">
        <span class="visually-hidden">{texts.newTask}</span>
        <Icon name="plus" />
        <input
          ref={field}
          id="new-task"
          name="task"
          dir="auto"
          enterkeyhint="done"
          maxLength={TASK_NAME_MAX_LENGTH}
          placeholder={texts.newTaskPlaceholder}
          value={tasks.draft.value}
          onInput={(event) => {
            tasks.draft.value = event.currentTarget.value;
          }}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setLines([]);
          }}
        />
      </label>
      <button type="submit" class="button primary" aria-disabled={tasks.draft.value.trim() === ''}>
        {texts.addButton}
      </button>
      {lines.length > 1 && (
        <div class="paste-offer" role="group" aria-label={texts.pasted(lines.length)}>
          <p>{texts.pasted(lines.length)}</p>
          <button type="button" class="button" onClick={addSeveral}>
            {texts.addSeveral(lines.length)}
          </button>
          <button type="submit" class="button quiet">
            {texts.addAsOne}
          </button>
        </div>
      )}
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
    </form>
  );
}
