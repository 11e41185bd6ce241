// #region readme
import { AttoConnect } from '@atto-connect/widget';

AttoConnect.languages.set('de', async () => (await import('@atto-connect/widget/languages/de')).german);
// #endregion
