import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { ConnectBank } from './connect-bank';

@Component({
  selector: 'app-root',
  imports: [ConnectBank],
  template: `
    <h1>Your application</h1>
    <connect-bank />
  `,
})
class App {}

bootstrapApplication(App).catch((error: unknown) => console.error(error));
