// `npm start`: the Tasks service with the explorer, unless EXPLORER says otherwise or this is production.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const settings = fileURLToPath(new URL('../.env', import.meta.url));
// The service reads `.env` too, but variables set here override it.
if (existsSync(settings)) process.loadEnvFile(settings);
if (process.env.NODE_ENV !== 'production') process.env.EXPLORER ||= 'auto';
await import('../dist/main.js');
