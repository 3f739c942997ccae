export { readCode } from './code.js';
export { CodeBook, type CodeBatch, type CodePosition } from './code-book.service.js';
export { CODE_STATUSES, type EnrollmentCode } from './enrollment-code.js';
export { CodesModule } from './codes.module.js';
