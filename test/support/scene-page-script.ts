/** Runs in the browser, for `scene-page.ts`: shows one scene. */
import { AttoConnect } from '../../widget/src/atto-connect.ts';
import { arabic } from '../../widget/src/languages/ar.ts';
import { german } from '../../widget/src/languages/de.ts';
import { FakeBff } from '../widget/fake-bff.ts';
import { scenes } from '../widget/scene-list.ts';
import { enact } from '../widget/scenes.ts';

AttoConnect.languages.set('de', german).set('ar', arabic);

/** Each scene has a page of its own, so nothing is cleared away. */
const names = scenes.map(({ name }) => name);
const show = async (name: string, locale: string): Promise<void> => {
  const scene = scenes.find((one) => one.name === name);
  if (scene) await enact(scene, new FakeBff(), { locale });
};

Object.assign(window, { names, show });
