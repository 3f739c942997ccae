/** What `--help` prints. */
export const USAGE = `gateway-sandbox: a stand-in for Stripe and PayPal, with buyers, faults, webhooks and a ledger of the money.

It takes no arguments, and listens on 127.0.0.1 alone. Environment:
  GATEWAY_SANDBOX_PORT          both gateways and the pages for buyers (18010; 0 takes a free port)
  GATEWAY_SANDBOX_CONTROL_PORT  the control API (18011; 0 takes a free port)
  GATEWAY_SANDBOX_STATE         a file where everything outlives a restart, also kill -9 (none: in memory only)
  STRIPE_SECRET_KEY             opens its Stripe (sk_test_sandbox)
  STRIPE_WEBHOOK_SECRET         signs the webhooks of its Stripe (whsec_sandbox)
  STRIPE_WEBHOOK_URL            where they are sent (none: they are kept, and sent nowhere)
  PAYPAL_CLIENT_ID              opens its PayPal (sandbox-client)
  PAYPAL_CLIENT_SECRET          opens its PayPal (sandbox-secret)
  PAYPAL_WEBHOOK_ID             is in the signature of its PayPal's webhooks (SANDBOXWEBHOOK1)
  PAYPAL_WEBHOOK_URL            where they are sent (none: they are kept, and sent nowhere)

When ready it prints one line: {"event":"ready","gatewayUrl":"...","controlUrl":"..."}.
SIGTERM and SIGINT stop it within a second. README.md beside it describes the control API.
`;
