import { HttpModule } from '@nestjs/axios';
import { type DynamicModule, Module } from '@nestjs/common';
import { CommerceClient } from './commerce.client.js';
import { EnrollmentClient } from './enrollment.client.js';
import { EntitlementClient } from './entitlement.client.js';
import { LmsClient, httpSettings } from './lms.client.js';
import { LmsConnections } from './lms.connections.js';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';
import { LmsSession } from './lms.session.js';
import { LmsStream } from './lms.stream.js';
import { LmsTokens } from './lms.tokens.js';

/** The clients of one LMS, for every module of the application. */
@Module({})
export class LmsModule {
  static forRoot(options: LmsOptions): DynamicModule {
    const connections = new LmsConnections();
    return {
      module: LmsModule,
      global: true,
      imports: [HttpModule.register(httpSettings(connections))],
      providers: [{ provide: LMS_OPTIONS, useValue: options }, { provide: LmsConnections, useValue: connections }, LmsClient, LmsStream, LmsTokens, LmsSession, EnrollmentClient, EntitlementClient, CommerceClient],
      exports: [EnrollmentClient, EntitlementClient, CommerceClient, LmsTokens],
    };
  }
}
