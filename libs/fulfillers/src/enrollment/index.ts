export { EnrollmentFulfillerModule as default } from './enrollment.module.js';
