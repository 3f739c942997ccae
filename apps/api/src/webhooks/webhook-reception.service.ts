import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '#observability';
import { GatewayFailure, WebhookInbox, WebhookRefusedError, type KeptEvent } from '#payments';
import { ProblemError } from '../problems/problem.js';
import type { PostedWebhook } from './webhook-body.js';

/** When a gateway is to send again what nobody could prove, and says nothing itself. */
const USUAL_WAIT_MS = 30_000;

/** Takes webhooks in, and counts them. */
@Injectable()
export class WebhookReception {
  private readonly logger = new Logger(WebhookReception.name);

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves when it is on record. @throws {GatewayNotFoundError | ProblemError} nothing was kept. */
  async receive(processor: string, { body, headers }: PostedWebhook, requestId: string): Promise<void> {
    try {
      const kept = await this.inbox.receive(processor, { body, headers, nowMs: Date.now() });
      this.metrics.webhookReceived(processor, resultOf(kept));
    } catch (error) {
      if (error instanceof WebhookRefusedError) throw this.refused(processor, error, requestId);
      if (error instanceof GatewayFailure) throw this.unproven(processor, error, requestId);
      throw error;
    }
  }

  private refused(processor: string, { why, message }: WebhookRefusedError, requestId: string): ProblemError {
    this.metrics.webhookRefused(processor, why);
    this.logger.warn({ requestId, msg: `A webhook of ${processor} was refused (${why}): ${message}` });
    return new ProblemError('webhook_refused', `${why}: ${message} Nothing of it was kept.`);
  }

  private unproven(processor: string, { detail, retryAfterMs, cause }: GatewayFailure, requestId: string): ProblemError {
    this.logger.warn({ requestId, msg: `Nobody could tell whether a webhook of ${processor} is genuine: ${detail}`, ...(cause instanceof Error ? { stack: cause.stack } : {}) });
    return new ProblemError('unavailable', 'It cannot be told just now who has sent it. Nothing was kept: send it again.', [], { 'retry-after': String(Math.ceil((retryAfterMs ?? USUAL_WAIT_MS) / 1_000)) });
  }
}

function resultOf({ known, status }: KeptEvent): 'new' | 'known' | 'ignored' {
  if (known) return 'known';
  return status === 'ignored' ? 'ignored' : 'new';
}
