import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import type { ConsentRecord, DataAvailability } from './consent.ts';
import type { ConsentLifecycle } from './lifecycle.ts';

const stepsTo: Record<DataAvailability, readonly DataAvailability[]> = {
  Partial: ['Partial'],
  Complete: ['Partial', 'Complete'],
  Processed: ['Partial', 'Complete', 'Processed'],
  Error: ['Error'],
};

/** Brings in the bank's data after a login, a step at a time: accounts, then transactions, then enrichment. */
export class DataSteps {
  readonly #lifecycle: ConsentLifecycle;
  readonly #settings: Settings;
  readonly #timers: Timers;
  /** One run per consent; a renewal starts another and calls off the first. */
  readonly #runs = new Map<ConsentRecord, () => void>();

  constructor(lifecycle: ConsentLifecycle, settings: Settings, timers: Timers) {
    this.#lifecycle = lifecycle;
    this.#settings = settings;
    this.#timers = timers;
  }

  /** Starts the steps that end at `goal`; null leaves the data pending for ever. */
  start(record: ConsentRecord, goal: DataAvailability | null): void {
    this.#runs.get(record)?.();
    if (goal) this.#step(record, stepsTo[goal]);
  }

  #step(record: ConsentRecord, [next, ...rest]: readonly DataAvailability[]): void {
    this.#runs.delete(record);
    if (!next) return;
    const callOff = this.#timers.after(this.#settings.dataStepMs, () => {
      // Nothing comes in any more once the consent was revoked or has expired.
      if (record.consent.consentStatus !== 'Active') return;
      this.#lifecycle.setDataAvailability(record, next, next === 'Error' ? 'provider_permanent_error' : null);
      this.#step(record, rest);
    });
    this.#runs.set(record, callOff);
  }
}
