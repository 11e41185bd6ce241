import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { Settings } from '../settings.ts';

/** A refusal the API answers with; `code` is from Atto's table. @see documentation, "Errors", Atto APIs */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** What was wrong with this very request, or null. */
  readonly details: string | null;

  constructor(status: number, code: keyof typeof descriptions, details: string | null = null) {
    super(descriptions[code]);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const descriptions = {
  template_invalid: 'Invalid template id was provided.',
  parameters_invalid: 'Invalid parameters were provided.',
  unauthorised_client: 'Client is not authorised.',
  consent_expired: 'Consent has expired.',
  consent_revoked: 'Consent was revoked.',
  configuration_not_found: 'Configuration for the provided application id/configuration id was not found.',
  invitation_not_found: 'Email invitation for the provided invitation id was not found.',
  consent_not_found: 'Consent for the provided consent id was not found.',
  unexpected_error: 'Unexpected error has occured. Please contact our support team.',
  provider_permanent_error: 'Provider is permanently unavailable.',
  provider_rate_limit_reached: 'Cannot request data for this provider as the rate limit has been reached.',
  provider_temporarily_unavailable: 'Provider is temporarily unavailable. Please try again later.',
  resource_not_found: 'Resource not found',
  not_simulated: 'This operation is documented by Atto, but the simulator does not have it.',
} as const;

/** Answers with an error in the shape the settings ask for; Atto's own pages show four. */
export function sendApiError(res: Response, error: ApiError, settings: Settings): void {
  const { status, code, message, details } = error;
  const correlationId = randomUUID();
  res.status(status);
  switch (settings.errorCasing) {
    case 'pascal':
      res.json({ Code: code, Description: message, Details: details, CorrelationId: correlationId });
      return;
    case 'gateway':
      sendGatewayError(res, status, message);
      return;
    case 'problem':
      res
        .type('application/problem+json')
        .json({ type: 'about:blank', title: code, status, detail: message, instance: correlationId });
      return;
    default:
      res.json({ code, description: message, details, correlationId });
  }
}

/** The gateway in front of the API speaks for itself. @see docs.atto.co "API rate limits" */
export function sendGatewayError(res: Response, statusCode: number, message: string): void {
  res.status(statusCode).json({ statusCode, message });
}
