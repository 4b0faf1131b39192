import { drawStates } from '../support/pictures.js';
import { TASK_STATES } from '../support/states/tasks.js';

drawStates('tasks', TASK_STATES);
