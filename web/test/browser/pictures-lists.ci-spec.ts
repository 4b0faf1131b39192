import { drawStates } from '../support/pictures.js';

drawStates('lists');
