/** Told when an event is due, after it is on record. Best effort: it neither throws nor waits, and the sweep finds the event without it. */
export type OnPaymentEvent = (due: { readonly id: string }) => void;

/** Who is told. Nobody, where it is not provided. */
export const ON_PAYMENT_EVENT = Symbol('ON_PAYMENT_EVENT');
