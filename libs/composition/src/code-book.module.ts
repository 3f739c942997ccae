import { Module, type DynamicModule } from '@nestjs/common';
import { CodeBook, CodesModule } from '#codes';
import { CODE_BOOK, CodeBookAwayError, type CodeBook as CodeBookPort } from '#fulfillers/enrollment-code';
import { isDatabaseAway } from '#orders';

/** Binds the book that the fulfiller of enrollment codes writes in. */
@Module({})
export class CodeBookModule {
  /** To the table of codes. Expects MikroORM's `EntityManager` to be injectable. */
  static forRoot(): DynamicModule {
    return {
      module: CodeBookModule,
      global: true,
      imports: [CodesModule],
      providers: [{ provide: CODE_BOOK, inject: [CodeBook], useFactory: bookIn }],
      exports: [CODE_BOOK, CodesModule],
    };
  }

  /** To nothing: for commands that build fulfillers to read details, and deliver nothing. */
  static closed(): DynamicModule {
    const refuse = () => Promise.reject(new Error('This program delivers nothing.'));
    const book: CodeBookPort = { issue: refuse, standing: refuse, closeLine: refuse };
    return { module: CodeBookModule, global: true, providers: [{ provide: CODE_BOOK, useValue: book }], exports: [CODE_BOOK] };
  }
}

function bookIn(codes: CodeBook): CodeBookPort {
  return {
    issue: (lineId, batch, beforeWrite) => unlessAway(codes.issue(lineId, batch, beforeWrite)),
    standing: (lineId) => unlessAway(codes.standing(lineId)),
    closeLine: (lineId, batch, beforeWrite) => unlessAway(codes.closeLine(lineId, batch, beforeWrite)),
  };
}

async function unlessAway<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw isDatabaseAway(error) ? new CodeBookAwayError({ cause: error }) : error;
  }
}
