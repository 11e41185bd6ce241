import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { defaultConfigurationId } from '../configuration.ts';
import type { Invitations } from '../invitations/invitations.ts';
import type { Settings } from '../settings.ts';
import { ApiError } from './errors.ts';

/** What the invitation routes need. */
export interface InvitationsRoutesDeps {
  invitations: Invitations;
  settings: Settings;
}

const bodyTypes = ['application/json-patch+json', 'application/json', 'text/json', 'application/*+json'];

/** The ends of the first two patterns are cut off on every copy of the page. Other fields are ignored. */
const requestSchema = z.object({
  templateId: z.string().nullish(),
  recipientName: z.string().regex(/^[\u00c0-\u01ffa-zA-Z'\d_. +\-()]{1,100}$/),
  recipientEmail: z
    .string()
    .regex(/^[\u00c0-\u01ffa-zA-Z0-9_.-]+@[\u00c0-\u01ffa-zA-Z0-9_-]+(\.[\u00c0-\u01ffa-zA-Z0-9_-]+)+$/),
  customerReference: z.string().regex(/^[a-zA-Z\d_. +\-()]{1,100}$/),
});

/**
 * The Connect Invitation API: an e-mail that leads somebody to Connect, and what became of it.
 * @see docs.atto.co "Connect invitation"; atto-facts 3.5
 */
export function invitationsRoutes({ invitations, settings }: InvitationsRoutesDeps): Router {
  const router = Router();

  router.post('/v1', jsonOnly, express.json({ type: bodyTypes, limit: '10kb' }), (req, res) => {
    const read = requestSchema.safeParse(req.body);
    if (!read.success) {
      const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      throw new ApiError(400, 'parameters_invalid', wrong);
    }
    const { templateId, ...request } = read.data;
    const configId = configurationOf(settings, templateId ?? null);
    const { invitationId } = invitations.send({ ...request, configId }).invitation;
    res
      .status(202)
      .location(`/connect-invitations/v1/${invitationId}`)
      .json({ data: { invitationId }, meta: { totalRecords: null }, ...extra(settings) });
  });

  router.get('/v1/:invitationId', (req, res) => {
    const record = invitations.find(req.params.invitationId);
    if (!record) throw new ApiError(404, 'invitation_not_found');
    res.json({ data: { ...record.invitation, ...extra(settings) }, meta: { totalRecords: 1 } });
  });

  return router;
}

const jsonOnly: RequestHandler = (req, _res, next) => {
  if (!req.is(bodyTypes)) throw new ApiError(400, 'parameters_invalid', 'The body must be JSON.');
  next();
};

/** A template belongs to a configuration; without one, the default serves. */
function configurationOf({ invitationTemplates, configurations }: Settings, templateId: string | null): string {
  const isKnown = templateId === null || Object.hasOwn(invitationTemplates, templateId);
  if (!isKnown) throw new ApiError(400, 'template_invalid');
  const configId = templateId === null ? defaultConfigurationId : (invitationTemplates[templateId] ?? '');
  if (!Object.hasOwn(configurations, configId)) throw new ApiError(404, 'configuration_not_found');
  return configId;
}

function extra(settings: Settings): Record<string, unknown> {
  return settings.extraFields ? { region: 'simulated' } : {};
}
