// A program of its own: holds the write lock of the file that it is given until it is killed.
import { openDatabase } from '../src/binding.js';

const db = openDatabase(process.argv[2] ?? '', false);
db.exec('PRAGMA busy_timeout=10000; BEGIN IMMEDIATE');
process.stdout.write('held\n');
setInterval(() => db.isOpen, 60_000);
