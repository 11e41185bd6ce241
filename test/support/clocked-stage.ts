import assert from 'node:assert/strict';
import { type Consent, OtherAtto } from './other-atto.ts';
import { PartnerServer } from './partner-server.ts';
import { Stage } from './stage.ts';
import { type BffProcess, bffEnvironment, type Environment, startBffProcess } from './start-bff.ts';

/** A stage whose bff is a process of its own: its clock, and Atto's with it, goes forward when the test says so. */
export class ClockedStage extends Stage {
  readonly bff: BffProcess;
  readonly partner: PartnerServer;

  private constructor(atto: OtherAtto, bff: BffProcess) {
    super(atto, bff);
    this.bff = bff;
    this.partner = new PartnerServer(() => this.client, bff.environment['PARTNER_API_KEY']);
    atto.now = bff.now;
  }

  static override async open(changes: Environment = {}): Promise<ClockedStage> {
    const atto = await OtherAtto.start();
    return ClockedStage.of(atto, bffEnvironment(atto, changes));
  }

  static async of(atto: OtherAtto, environment: Environment): Promise<ClockedStage> {
    return new ClockedStage(atto, await startBffProcess(environment));
  }

  /** A webhook, with a token that is new: one from before the clock was moved may have run out. */
  async notify(body: Consent): Promise<void> {
    const { status, text } = await this.client.webhook(body, {
      authorization: `Bearer ${await this.client.webhookToken()}`,
    });
    assert.equal(status, 204, text);
  }

  async moveClock(seconds: number): Promise<void> {
    await this.bff.moveClock(seconds * 1000);
  }
}
