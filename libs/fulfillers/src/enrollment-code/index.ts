export { CODE_BOOK, CodeBookAwayError, type CodeBatch, type CodeBook, type Standing } from './code-book.js';
export { EnrollmentCodeFulfillerModule as default } from './enrollment-code.module.js';
