import type { RequestHandler } from 'express';
import type { AccessTokens } from './access-tokens.ts';
import { ApiError } from './errors.ts';

/** Lets a request through when its Bearer token opens the API called `api`. @see documentation, "Authentication" */
export function authorise(tokens: AccessTokens, api: string): RequestHandler {
  return async (req, _res, next) => {
    const token = /^Bearer (\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    const opened = token === undefined ? undefined : await tokens.opens(token);
    if (opened !== api) {
      throw new ApiError(401, 'unauthorised_client', opened ? `This token is for another API than ${api}.` : null);
    }
    next();
  };
}
