import { expect } from '@open-wc/testing';
import type { JourneyView } from '../../widget/src/contract.ts';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import { english } from '../../widget/src/strings.ts';
import { BFF, connected, FakeBff, problem, status, view } from './fake-bff.ts';
import { leaveNothing, mount, type StayingConnect, until } from './mount.ts';
import { scenes } from './scene-list.ts';
import { type Enacted, enact } from './scenes.ts';

describe('what screen readers are told', () => {
  let bff: FakeBff;
  let enacted: Enacted | undefined;
  beforeEach(() => {
    bff = new FakeBff();
  });
  afterEach(() => {
    enacted?.leave();
    enacted = undefined;
    leaveNothing(bff);
  });

  for (const scene of scenes) {
    it(`comes from one region, and once: ${scene.name}`, async () => {
      enacted = await enact(scene, bff);
      const { element } = enacted;
      const live = element.shadowRoot?.querySelectorAll('[role=status], [role=alert], [role=log], [aria-live]');
      expect(live).to.have.length(1);
      expect(live?.[0]?.textContent?.trim()).not.to.equal('');
      const changes = changesOf(element);
      for (const value of ['fine', 'fine again']) {
        element.title = value;
        element.requestUpdate();
        await element.updateComplete;
      }
      expect(changes(), 'nothing new is nothing to say').to.deep.equal([]);
    });
  }

  it('is each change of the journey, in order, each once, in a region that stays', async () => {
    const steps: Partial<JourneyView>[] = [
      {},
      { status: 'returned' },
      { ...connected, dataAvailability: null },
      { ...connected, dataAvailability: 'Partial' },
      { ...connected, dataAvailability: 'Complete' },
    ];
    keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
    bff.on('GET /v1/journeys/j1', ...steps.map((step, index) => status(view({ ...step, version: index + 1 }))), 'hold');
    const { element } = mount({ waitFor: 'data' });
    await element.updateComplete;
    const region = regionOf(element);
    const changes = changesOf(element);
    await until(() => element.phase === 'done');
    await element.updateComplete;
    expect(regionOf(element)).to.equal(region);
    const said = changes();
    // What a page that just opened remembers is asked for first, which is said too.
    const order = ['checking', 'away', 'checking', 'waiting', 'waiting', 'done'] as const;
    expect(said.map((text) => order.find((phase) => text.includes(english[`${phase}.title`])))).to.deep.equal(order);
    expect(
      said.filter((text, index) => text === said[index - 1]),
      'said twice',
    ).to.deep.equal([]);
  });

  it('is the whole step of the data that is done now, not half of it', async () => {
    enacted = await enact({ name: '', phase: 'waiting', journey: connected, properties: { waitFor: 'data' } }, bff);
    const steps = regionOf(enacted.element)?.querySelectorAll('li') ?? [];
    expect([...steps].map((step) => step.getAttribute('aria-atomic'))).to.deep.equal(Array(4).fill('true'));
  });

  it('is that the reference was copied', async () => {
    const clipboard: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (text: string) => void clipboard.push(text) },
    });
    const scene = scenes.find(({ name }) => name === 'failed, contact');
    enacted = await enact({ ...scene, name: 'copied', phase: 'failed', press: ['copy'] }, bff);
    expect(regionOf(enacted.element)?.textContent).to.contain(english['note.copied']);
    expect(clipboard).to.deep.equal(['cust-1042.Jx9_qT2Vb7']);
    bff.on('POST /v1/journeys/j1/launch', problem(503, 'unavailable'));
    await enacted.element.start();
    await enacted.element.updateComplete;
    expect(enacted.element.phase, 'of another error nothing was copied').to.equal('failed');
    expect(regionOf(enacted.element)?.textContent).not.to.contain(english['note.copied']);
    Reflect.deleteProperty(navigator, 'clipboard');
  });
});

function regionOf(element: StayingConnect): HTMLElement | null | undefined {
  return element.shadowRoot?.querySelector<HTMLElement>('[role=status]');
}

/** What the region has said since, a text for each time that it changed. */
function changesOf(element: StayingConnect): () => string[] {
  const said: string[] = [];
  const region = regionOf(element) as HTMLElement;
  const note = () => said.push(region.textContent?.replace(/\s+/g, ' ').trim() ?? '');
  const observer = new MutationObserver(note);
  observer.observe(region, { subtree: true, childList: true, characterData: true });
  return () => {
    if (observer.takeRecords().length > 0) note();
    observer.disconnect();
    return said;
  };
}
