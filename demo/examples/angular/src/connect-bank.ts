// #region readme
import '@atto-connect/widget/define';
import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';

@Component({
  selector: 'connect-bank',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <atto-connect
      bff="https://bank.example.com"
      partner="acme"
      [customerToken]="customerToken"
      (atto-complete)="bank.set($event.journey.consent?.providerName)"
    ></atto-connect>
    @if (bank()) {
      <output>Connected: {{ bank() }}</output>
    }
  `,
})
export class ConnectBank {
  protected readonly bank = signal<string | null | undefined>(null);
  /** Your own server knows who is signed in, and signs it. */
  protected readonly customerToken = async () =>
    (await fetch('/customer-token', { signal: AbortSignal.timeout(10_000) })).text();
}
// #endregion
