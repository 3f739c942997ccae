import { commandGroup } from '../command/command-group.js';
import { reconcilePaymentsCommand } from './payments.command.js';

/** `npm run ops -- reconcile <subcommand>`. A new one is a file and a word here. */
export const reconcileCommand = commandGroup({
  name: 'reconcile',
  summary: 'Compares our payments with what the gateways took and gave back, and repairs what is no doubt',
  question: 'Say what to reconcile.',
  subcommands: { payments: reconcilePaymentsCommand },
});
