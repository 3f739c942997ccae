import type { ListedPayment } from '../contract/payment-processor.js';
import type { Payment } from '../ledger/payment.js';
import { matcher } from './listed-matches.js';

const listed = (change: Partial<ListedPayment> = {}): ListedPayment => ({ reference: 'pi_1', captureReference: 'ch_1', paymentId: null, orderNumber: null, capturedMinor: 1, refundedMinor: 0, currency: 'USD', at: new Date(0), ...change });
const payment = (change: Partial<Payment> = {}): Payment => ({ id: 'p-1', processor: 'card', reference: 'pi_1', captureReference: null, ...change }) as Payment;

describe('a listed payment', () => {
  it.each<[string, Payment[], Partial<ListedPayment>, object]>([
    ['is ours by its reference', [payment()], {}, { is: 'ours', payment: { id: 'p-1' } }],
    ['is ours by what its money is called', [payment({ reference: 'order-1', captureReference: 'ch_1' })], {}, { is: 'ours' }],
    ['is ours by our identifier, where the answer to its start was lost', [payment({ reference: null })], { paymentId: 'p-1' }, { is: 'ours' }],
    ['is none of ours, also where rows have no reference and it is called nothing', [payment({ reference: null })], { captureReference: null }, { is: 'unknown', named: undefined }],
    ['is a second payment where it names one that is called something else', [payment({ reference: 'pi_2' })], { paymentId: 'p-1' }, { is: 'unknown', named: { id: 'p-1' } }],
    ['is left to the other entry of the map that sells through the same account', [payment({ processor: 'card-eu' })], { paymentId: 'p-1' }, { is: 'elsewhere' }],
    ['is left to the other entry also where the list names nothing but the money', [payment({ processor: 'card-eu', reference: 'order-1', captureReference: 'ch_1' })], { reference: 'ch_1', paymentId: 'p-1' }, { is: 'elsewhere' }],
    ['is left to the other entry also where its row does not know the money yet', [payment({ processor: 'card-eu', reference: 'order-1' })], { reference: 'ch_1', paymentId: 'p-1' }, { is: 'elsewhere' }],
    ['is ours where the list names nothing but the money, and our row does not know that yet', [payment({ reference: 'order-1' })], { reference: 'ch_1', paymentId: 'p-1' }, { is: 'ours' }],
    ['is a second payment where it names nothing but other money', [payment({ reference: 'order-1', captureReference: 'ch_2' })], { reference: 'ch_1', paymentId: 'p-1' }, { is: 'unknown', named: { id: 'p-1' } }],
    ['is unknown where another entry knows its payment by another reference', [payment({ processor: 'card-eu', reference: 'pi_2' })], { paymentId: 'p-1' }, { is: 'unknown', named: { processor: 'card-eu' } }],
    ['is not ours by a reference that another processor gave', [payment({ processor: 'paypal' })], {}, { is: 'unknown', named: undefined }],
  ])('%s', (_, payments, change, match) => {
    expect(matcher('card', payments)(listed(change))).toMatchObject(match);
  });
});
