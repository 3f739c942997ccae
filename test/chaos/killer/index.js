import { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';

/** A plug-in that ends its process in the middle of every delivery: what a bug in native code, or an endless list, does to a worker. */
export default class KillerModule {
  static manifest = { name: 'killer', contractVersion: 1, dependency: null };

  static register({ token }) {
    return { module: KillerModule, providers: [{ provide: token, useFactory: () => new KillerFulfiller() }], exports: [token] };
  }
}

class KillerFulfiller {
  parseDetails({ kills }) {
    return { kills };
  }

  /** With `{ kills: 'worker' }` it spares the API, which leaves the line for the worker. */
  async fulfill({ details }) {
    if (details.kills === 'worker' && !process.argv[1].includes('worker')) throw new DeliveryFailure({ kind: 'server', detail: 'Not here.', passing: true });
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  }

  async verify() {
    return null;
  }

  async revoke() {
    return undefined;
  }
}
