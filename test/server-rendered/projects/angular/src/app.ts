import { Component } from '@angular/core';
import { ConnectBank } from './connect-bank';

@Component({
  selector: 'app-root',
  imports: [ConnectBank],
  template: `
    <h1>Your application</h1>
    <connect-bank />
  `,
})
export class App {}
