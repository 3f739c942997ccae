/** What the sandbox gateway and the shop know of one another: made up, as the gateway is. */
const SECRETS = {
  STRIPE_SECRET_KEY: 'sk_test_of_the_demo',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_demo',
  PAYPAL_CLIENT_ID: 'client-of-the-demo',
  PAYPAL_CLIENT_SECRET: 'secret-of-the-demo',
  PAYPAL_WEBHOOK_ID: 'WH-OF-THE-DEMO',
};
const MAP = 'config/payment-processors.demo.yaml';

/** For the sandbox gateway: where it sends its webhooks. */
export function gatewayVariables(apiUrl: string): Record<string, string> {
  const webhook = (processor: string) => `${apiUrl}/v1/payments/${processor}/webhook`;
  return { ...SECRETS, STRIPE_WEBHOOK_URL: webhook('stripe'), PAYPAL_WEBHOOK_URL: webhook('paypal') };
}

/** For whoever sells by it. There is no shop page in the demo: buyers come back to the documentation of the API. */
export function shopVariables(gatewayUrl: string, apiPort: number): Record<string, string> {
  const page = (outcome: string) => `http://127.0.0.1:${apiPort}/docs?order={orderNumber}&outcome=${outcome}`;
  return { ...SECRETS, PAYMENT_PROCESSORS_FILE: MAP, GATEWAY_URL: gatewayUrl, PAYPAL_RETURN_URL: page('paid'), PAYPAL_CANCEL_URL: page('given-up') };
}
