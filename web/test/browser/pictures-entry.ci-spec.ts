import { drawStates } from '../support/pictures.js';
import { ENTRY_STATES } from '../support/states/entry.js';

drawStates('entry', ENTRY_STATES);
