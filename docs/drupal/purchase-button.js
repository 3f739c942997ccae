/* global AbortController, AbortSignal, HTMLElement, customElements, document, fetch */
/**
 * <purchase-button course="course-v1:AcmeX+BIO1+2026" service="https://buy.example.com" mode="verified">
 *   <a href="/courses/biology-one">See the course</a>
 * </purchase-button>
 *
 * Shows how a course can be bought, as Order Fulfillment says: a link for each mode that can be, a sentence for each that cannot.
 * `mode` picks one. What stands between the tags is shown until there is an answer, where there is none, and where scripts do not run.
 *
 * The origin of the page must be one of the service's SITE_ORIGINS. Needs nothing but this file: <script type="module" src="purchase-button.js">.
 * Texts are attributes, in which {name} (of the mode), {course}, {price} and {date} stand for what the service says, so that a site can translate them:
 * text-button, text-free, text-not-yet-sold, text-no-longer-sold, text-product-misconfigured.
 */

const TIMEOUT_MS = 5000;

const TEXTS = {
  button: 'Enroll: {name} ({price})',
  free: 'Enroll: {name} (free)',
  not_yet_sold: '{name}: enrollment opens on {date}.',
  no_longer_sold: '{name}: enrollment has closed.',
  product_misconfigured: '{name} cannot be bought at the moment.',
};

class PurchaseButton extends HTMLElement {
  static observedAttributes = ['course', 'service', 'mode'];

  #question = null;

  connectedCallback() {
    this.#show();
  }

  disconnectedCallback() {
    this.#question?.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  /** Only the last question counts: an attribute may change while one is under way. */
  async #show() {
    this.#question?.abort();
    const question = new AbortController();
    this.#question = question;
    this.setAttribute('aria-busy', 'true');
    const modes = await this.#modes(question.signal).catch(() => null);
    if (this.#question !== question) return;
    this.removeAttribute('aria-busy');
    this.dataset.state = modes === null ? 'unavailable' : 'shown';
    if (modes !== null && modes.length > 0) this.replaceChildren(...modes.map((mode) => this.#element(mode)));
  }

  /** The modes to show; none where the service knows no such course. Rejects when there is no answer. */
  async #modes(signal) {
    const service = (this.getAttribute('service') ?? '').replace(/\/+$/, '');
    const course = encodeURIComponent(this.getAttribute('course') ?? '');
    const response = await fetch(`${service}/v1/courses/${course}/purchase-options`, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]), credentials: 'omit', referrerPolicy: 'origin' });
    if (response.status === 404) return [];
    if (!response.ok) throw new Error(`The service answered ${response.status}.`);
    const { name, modes } = await response.json();
    const wanted = this.getAttribute('mode');
    return modes.filter(({ mode }) => wanted === null || mode === wanted).map((mode) => ({ ...mode, course: name }));
  }

  #element(mode) {
    const url = mode.canBuy ? purchaseAddress(mode.purchaseUrl) : null;
    if (url === null) return this.#sentence(mode);
    const link = document.createElement('a');
    link.className = 'purchase-button';
    link.dataset.mode = mode.mode;
    link.href = url;
    link.textContent = this.#text(mode.priceMinor === 0 ? 'free' : 'button', mode);
    return link;
  }

  #sentence(mode) {
    const reason = Object.hasOwn(TEXTS, mode.reason ?? '') ? mode.reason : 'product_misconfigured';
    const sentence = document.createElement('p');
    sentence.className = 'purchase-unavailable';
    sentence.dataset.reason = reason;
    sentence.textContent = this.#text(reason, mode);
    return sentence;
  }

  #text(key, { name, course, price, currency, availableFrom }) {
    const template = this.getAttribute(`text-${key.replaceAll('_', '-')}`) ?? TEXTS[key];
    const language = this.closest('[lang]')?.lang || undefined;
    const values = { name, course, price: money(price, currency, language), date: day(availableFrom, language) };
    return template.replace(/\{(name|course|price|date)\}/g, (_, key) => values[key]);
  }
}

/** A link may lead to http and https only, whatever the service says. */
function purchaseAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** In the language of the page; as the service wrote it where the browser knows no such language or currency. */
function money(price, currency, language) {
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency }).format(price);
  } catch {
    return `${price} ${currency}`;
  }
}

function day(instant, language) {
  if (instant === null || instant === undefined) return '';
  try {
    return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(instant));
  } catch {
    return instant;
  }
}

if (!customElements.get('purchase-button')) customElements.define('purchase-button', PurchaseButton);
