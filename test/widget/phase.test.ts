import { expect } from '@open-wc/testing';
import type { JourneyStatus } from '../../widget/src/contract.ts';
import { isSettled, outcomeOf, phaseOf } from '../../widget/src/journey/phase.ts';
import { view } from './fake-bff.ts';

describe('the phase that a journey is shown as', () => {
  const phases: [JourneyStatus, string][] = [
    ['created', 'away'],
    ['launched', 'away'],
    ['returned', 'checking'],
    ['connected', 'done'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
    ['disowned', 'disowned'],
    ['disconnected', 'disconnected'],
  ];
  for (const [status, phase] of phases) {
    it(`is ${phase} when it is ${status}`, () => {
      const one = view({ status });
      expect(phaseOf(one, outcomeOf(one, 'connected', false))).to.equal(phase);
    });
  }

  it('is checking for a status that only a newer bff knows', () => {
    expect(phaseOf(view({ status: 'pondering' as JourneyStatus }), null)).to.equal('checking');
  });
});

describe('the outcome of a launch', () => {
  const withData: [string | null, boolean, string | null][] = [
    [null, false, null],
    ['Partial', false, null],
    ['Complete', false, 'complete'],
    ['Processed', false, 'complete'],
    ['Error', false, 'error'],
    ['Sparkling', false, null],
    [null, true, 'complete'],
    ['Partial', true, 'complete'],
    ['Error', true, 'error'],
  ];
  for (const [dataAvailability, isTimedOut, outcome] of withData) {
    it(`is ${outcome} when data is waited for${isTimedOut ? ' no longer' : ''} and is ${dataAvailability}`, () => {
      expect(outcomeOf(view({ status: 'connected', dataAvailability }), 'data', isTimedOut)).to.equal(outcome);
    });
  }

  for (const dataAvailability of [null, 'Partial', 'Error']) {
    it(`is complete once connected, with data ${dataAvailability}, when only the connection is waited for`, () => {
      expect(outcomeOf(view({ status: 'connected', dataAvailability }), 'connected', false)).to.equal('complete');
    });
  }
});

describe('a journey of which nothing more comes', () => {
  it('has ended, or has all its data, or none of it', () => {
    expect(isSettled(view({ status: 'failed' }))).to.equal(true);
    expect(isSettled(view({ status: 'connected', dataAvailability: 'Processed' }))).to.equal(true);
    expect(isSettled(view({ status: 'connected', dataAvailability: 'Error' }))).to.equal(true);
  });

  it('is not one whose data is on its way', () => {
    expect(isSettled(view({ status: 'connected' }))).to.equal(false);
    expect(isSettled(view({ status: 'connected', dataAvailability: 'Complete' }))).to.equal(false);
    expect(isSettled(view({ status: 'returned' }))).to.equal(false);
  });
});
