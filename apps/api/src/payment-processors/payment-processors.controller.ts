import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { InstalledProcessors } from '#payments';
import { CurrentCaller } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { PaymentProcessorsSchema } from './payment-processor.schema.js';
import { paymentProcessorView } from './payment-processor.view.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/payment-processors')
export class PaymentProcessorsController {
  constructor(private readonly installed: InstalledProcessors) {}

  @Get()
  @ApiOperation({ summary: 'How an order can be paid', description: 'The names that a checkout may give as `payment.processor`. Staff also see which plug-in is behind each, with which rules and options (without secrets).' })
  @ApiJson(200, PaymentProcessorsSchema, 'All of them, in the order of the map of payment processors.')
  @ApiProblems(401)
  list(@CurrentCaller() { isStaff }: Caller) {
    return { items: this.installed.list.map((processor) => paymentProcessorView(processor, isStaff)) };
  }
}
