import { RefundSettingsError, type RefundSettings } from '#config';
import { fail, ok, type Finding } from './check.js';

/** Whether the rules of refunds can be used as they stand in their file. */
export async function refundRulesCheck(read: () => Promise<RefundSettings>): Promise<Finding> {
  try {
    const { requestWindowDays, autoApprove } = await read();
    const approved = autoApprove.length === 0 ? 'staff approve each' : `approved by themselves: ${autoApprove.map(({ name }) => name).join(', ')}`;
    return ok(`Learners may ask for ${requestWindowDays} ${requestWindowDays === 1 ? 'day' : 'days'}; ${approved}.`);
  } catch (error) {
    if (error instanceof RefundSettingsError) return fail(error.message, 'Change the rules of refunds as the sentence says: API and workers do not start like this.');
    throw error;
  }
}
