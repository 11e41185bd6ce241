import { Router } from 'express';
import { findBank } from '../banks.ts';
import { bankCss, connectCss, controlCss, iconSvg, launchJs } from '../pages/assets.ts';

/** Style, script and icon of the hosted pages. */
export function assetRoutes(): Router {
  const router = Router();
  router.get('/assets/connect.css', (_req, res) => {
    res.type('css').send(connectCss);
  });
  router.get('/assets/control.css', (_req, res) => {
    res.type('css').send(controlCss);
  });
  router.get('/assets/launch.js', (_req, res) => {
    res.type('js').send(launchJs);
  });
  router.get('/assets/icon.svg', (_req, res) => {
    res.type('svg').send(iconSvg);
  });
  router.get(/^\/assets\/bank-(\d{1,9})\.css$/, (req, res, next) => {
    const bank = findBank(Number(req.params[0]));
    if (!bank) return next();
    res.type('css').send(bankCss(bank));
  });
  return router;
}
