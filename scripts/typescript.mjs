// Lets this process import the project's TypeScript without a build, for tools outside the build.
import module from 'node:module';
import { load, resolve } from './typescript-hooks.mjs';

// Node 26 deprecates `register`; Node 20 has nothing else.
if (module.registerHooks) module.registerHooks({ resolve, load });
else module.register('./typescript-hooks.mjs', import.meta.url);
