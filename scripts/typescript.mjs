// Lets this process import the project's TypeScript as it stands, for tools that are no part of the build.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
