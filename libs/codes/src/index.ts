export { readCode } from './code.js';
export { CodeBook, type CodeBatch, type CodePage, type CodePosition, type Redemption, type Standing } from './code-book.service.js';
export { CODE_STATUSES, type CodeStatus, type EnrollmentCode } from './enrollment-code.js';
export { CodesModule } from './codes.module.js';
