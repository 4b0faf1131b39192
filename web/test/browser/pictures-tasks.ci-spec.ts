import { describePictures } from '../support/pictures.js';
import { TASK_STATES } from '../support/states/tasks.js';

describePictures('tasks', TASK_STATES);
