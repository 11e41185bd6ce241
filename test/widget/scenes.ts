import { keepJourney, newPending, STORAGE_PREFIX } from '../../widget/src/journey/pending-journey.ts';
import { BFF, type FakeBff, json, started, status, view } from './fake-bff.ts';
import { Opening, WINDOW_MARK } from './fake-window.ts';
import { leaveNothing, mount, type StayingConnect, until } from './mount.ts';
import type { Scene } from './scene-list.ts';

/** What a scene looks like while it lasts. */
export interface Enacted {
  element: StayingConnect;
  heard: Event[];
  leave(): void;
}

/** Brings a scene about; what is to be seen stays until somebody leaves. */
export async function enact(scene: Scene, bff: FakeBff, change: Partial<StayingConnect> = {}): Promise<Enacted> {
  const { phase, journey, standing, around, properties, press = [] } = scene;
  const lasting = { status: 'Active', providerName: 'Stand-in Bank', end: '2027-02-01T12:00:00Z' };
  bff
    .on('POST /v1/journeys', around === 'popup' ? json(started(), 201) : 'hold')
    .on('GET /v1/journeys/j1', status(view({ version: 2, ...journey })), 'hold')
    .on('POST /v1/returns/h1/disown', new Response(null, { status: 204 }))
    .on('GET /v1/consents/c1', json({ ...lasting, ...standing }));
  const inPopup = around === 'window of the bank';
  const begun = newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme');
  if (journey) keepJourney({ ...begun, reference: 'cust-1042.Jx9_qT2Vb7', inPopup });
  if (around === 'return of another browser') history.replaceState(null, '', '#atto_return=h1');
  const opening = around === 'popup' ? new Opening() : null;
  const window = inPopup ? await windowOfTheBank() : null;
  const mounted = mount({
    customerToken: 'tok',
    presentation: opening ? 'popup' : 'redirect',
    ...(standing && { consentId: 'c1' }),
    ...properties,
    ...change,
  });
  const { element } = mounted;
  for (const part of press) {
    const pressed = () => element.shadowRoot?.querySelector<HTMLElement>(`[part~=${part}]`);
    await until(pressed, `${scene.name}: ${part}`);
    pressed()?.click();
  }
  await until(() => element.phase === phase, scene.name);
  await element.updateComplete;
  return {
    ...mounted,
    leave() {
      opening?.restore();
      window?.restore();
      leaveNothing(bff);
    },
  };
}

/** Makes this window one that was opened for a bank, by a page that still lives. */
async function windowOfTheBank() {
  const { close } = window;
  const over = new AbortController();
  sessionStorage.setItem(WINDOW_MARK, '1');
  window.close = () => {};
  await new Promise<void>((resolve) => {
    void navigator.locks.request(`${STORAGE_PREFIX}j1`, () => {
      resolve();
      return new Promise<void>((gone) => over.signal.addEventListener('abort', () => gone()));
    });
  });
  return {
    restore() {
      over.abort();
      window.close = close;
    },
  };
}
