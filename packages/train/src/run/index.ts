export { differences, type Difference } from './differences.js';
export { acquireLock, RunLockedError, type LockOwner } from './lock.js';
export { readLog, RunLog, type LogRecord } from './log.js';
export { OtherConfigError, RunFolder, type RunFolderOptions } from './run-folder.js';
export { EventWriter, type EventWriterOptions } from './tensorboard/event-writer.js';
