export { CheckoutForbiddenError, CheckoutRefusedError, type Refusal, type RefusalCode } from './checkout.errors.js';
export { CheckoutModule } from './checkout.module.js';
export type { Caller, CheckoutRequest } from './checkout.request.js';
export { CheckoutService } from './checkout.service.js';
export * from './redemption.errors.js';
export { RedemptionService } from './redemption.service.js';
