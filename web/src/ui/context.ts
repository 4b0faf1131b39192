import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AppModel } from '../state/app-model.js';
import type { Texts } from '../i18n/en.js';
import type { Router } from './router.js';

/** Objects available to every component. */
interface AppContext {
  readonly app: AppModel;
  readonly router: Router;
}

const Context = createContext<AppContext | undefined>(undefined);

/** Provides the model to the components inside. */
export const AppProvider = Context.Provider;

/** The model and the router. */
export function useApp(): AppContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('useApp needs an AppProvider around the component');
  return context;
}

/** The texts in the current language; the component renders again when it changes. */
export function useTexts(): Texts {
  return useApp().app.language.texts.value;
}
