import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReconciliationRuns } from '#payments';
import { StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { PaymentReconciliationsSchema } from './payment-reconciliation.schema.js';
import { paymentReconciliationView } from './payment-reconciliation.view.js';

@ApiTags('payments')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/payment-reconciliations')
export class PaymentReconciliationsController {
  constructor(private readonly runs: ReconciliationRuns) {}

  @Get()
  @ApiOperation({ summary: 'What the last comparison with each payment gateway found', description: 'A worker compares each gateway with our payments once a day. For another window, or a repair: `npm run ops -- reconcile payments`.' })
  @ApiJson(200, PaymentReconciliationsSchema, 'One for each gateway that was ever compared, by its name.')
  @ApiProblems(401, 403, 503)
  async list() {
    return { items: (await this.runs.list()).map(paymentReconciliationView) };
  }
}
