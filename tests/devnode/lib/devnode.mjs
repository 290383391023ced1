// The node put together: chain, RPC, faults, record, server.
import { Chain } from './chain.mjs';
import { control } from './control.mjs';
import { Dispatcher } from './dispatcher.mjs';
import { Faults } from './faults.mjs';
import { ready } from './keys.mjs';
import { Record } from './record.mjs';
import { Rpc } from './rpc.mjs';
import { serve } from './server.mjs';
import { Submissions } from './submissions.mjs';
import { SUBSCRIPTION_METHODS } from './subscriptions.mjs';
import { View } from './view.mjs';

/** Starts a node. Options: port, blockMs (0: on command only), chainName, unitStatus, and those of Chain. */
export async function startNode(options = {}) {
  await ready();
  const { port = 0, blockMs = 0, ...chainOptions } = options;
  const chain = new Chain(chainOptions);
  const node = {
    chain, record: new Record(chain), view: new View(chain), syncing: null,
    options: { chainName: 'Development', unitStatus: 'string', notificationsFirst: false,
      duplicateNotifications: false, ...options },
    subscriptionMethods: SUBSCRIPTION_METHODS,
    log: (error) => process.stderr.write(`devnode: ${error?.stack ?? error}\n`),
    control: (request) => control(node, request),
  };
  node.submissions = new Submissions(chain, node.record);
  node.faults = new Faults(node.record);
  node.rpc = new Rpc(node);
  node.dispatcher = new Dispatcher(node);
  let timer = null;
  node.setTimer = (ms) => {
    clearInterval(timer);
    timer = ms > 0 ? setInterval(() => chain.produce(), ms) : null;
  };
  const server = await serve(node, port);
  node.setTimer(blockMs);
  node.port = server.port;
  node.close = () => { clearInterval(timer); return server.close(); };
  return node;
}
