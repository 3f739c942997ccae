import { type Fulfiller, type FulfillmentRequest, type Receipt, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { z } from 'zod';

const DonationSchema = z.strictObject({
  purpose: z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters').optional(),
});

export type Donation = Readonly<z.infer<typeof DonationSchema>>;

/** A donation is delivered by being paid: nobody is called, and there is nothing to take back. */
export class DonationFulfiller implements Fulfiller<Donation> {
  parseDetails(raw: unknown): Donation {
    return parseOrFail(DonationSchema, raw, 'details of a donation');
  }

  fulfill({ details: { purpose } }: FulfillmentRequest<Donation>): Promise<Receipt> {
    return Promise.resolve({ reference: purpose === undefined ? 'Donation' : `Donation: ${purpose}` });
  }

  verify(request: FulfillmentRequest<Donation>): Promise<Receipt> {
    return this.fulfill(request);
  }

  revoke(): Promise<void> {
    return Promise.resolve();
  }
}
