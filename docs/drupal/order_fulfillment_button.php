<?php

declare(strict_types=1);

/**
 * @file
 * Purchase buttons of Order Fulfillment, for Drupal or any other PHP 8 site. Needs nothing but this file.
 *
 * In a page:
 *   require_once 'order_fulfillment_button.php';
 *   print order_fulfillment_button('https://buy.example.com', 'course-v1:AcmeX+BIO1+2026', ['cache' => '/var/cache/order-fulfillment']);
 *
 * At the command line, to see what a page would show:
 *   php order_fulfillment_button.php https://buy.example.com course-v1:AcmeX+BIO1+2026 --mode=verified --cache=/tmp/buttons
 *
 * What was learned from the service is kept in files for as long as it allows. When the service is away, the last answer is shown for up
 * to a day. Prices may be old then: checkout prices anew, and refuses a total other than the one that the checkout page says it showed,
 * where that page sends it (expectedTotalMinor of POST /v1/checkout).
 */

/** What may be set. All times are in seconds. */
const ORDER_FULFILLMENT_DEFAULTS = [
  // Slugs of the modes that get a button, in this order, such as ['verified']. Empty: all, in the order of the service.
  'modes' => [],
  // A folder that this site alone may write to. Null: nothing is kept, and every page asks the service.
  'cache' => null,
  // The longest that a page waits for a connection, and again for the answer.
  'timeout' => 2.0,
  // For how long the service is not asked again after it did not answer, so that no page waits for it meanwhile.
  'retry_after' => 10,
  // For how long the last answer is shown while the service is away.
  'keep' => 86400,
  // What people read. {name} (of the mode), {course}, {price}, {currency} and {date} stand for what the service says. A site passes its
  // translations.
  'texts' => [
    'button' => 'Enroll: {name} ({price} {currency})',
    'free' => 'Enroll: {name} (free)',
    'not_yet_sold' => '{name}: enrollment opens on {date}.',
    'no_longer_sold' => '{name}: enrollment has closed.',
    'product_misconfigured' => '{name} cannot be bought at the moment.',
    'unavailable' => 'Enrollment cannot be shown at the moment. Please try again later.',
  ],
  // How {date} is written, for date(), in UTC.
  'date' => 'j F Y',
];

/** The most that an answer may be: a service that says more is not ours. In bytes. */
const ORDER_FULFILLMENT_MOST_BYTES = 262144;

/**
 * The buttons of a course as HTML, a sentence where a mode cannot be bought, or nothing where there is no such course. Everything in it is
 * escaped. Never throws. Waits for the service no longer than the time-out for a connection, and as long again for the answer.
 */
function order_fulfillment_button(string $service, string $course, array $settings = []): string {
  $settings = order_fulfillment_settings($settings);
  $options = order_fulfillment_options($service, $course, $settings);
  if ($options === null) {
    return order_fulfillment_sentence('unavailable', [], $settings);
  }
  $html = '';
  foreach (order_fulfillment_modes($options, $settings['modes']) as $mode) {
    $html .= order_fulfillment_mode($mode, $settings);
  }
  return $html === '' ? '' : '<div class="purchase-options">' . $html . "</div>\n";
}

/**
 * What the service says of a course, as an array: see `GET /v1/courses/{id}/purchase-options`. Without modes where it knows no such course.
 * Null when neither the service nor the cache knows anything.
 */
function order_fulfillment_options(string $service, string $course, array $settings = []): ?array {
  $settings = order_fulfillment_settings($settings);
  $file = order_fulfillment_cache_file($service, $course, $settings['cache']);
  $kept = order_fulfillment_read($file);
  $now = time();
  if ($kept !== null && ($now < $kept['fresh_until'] || $now < $kept['retry_at'])) {
    return order_fulfillment_usable($kept, $now, $settings);
  }
  $answer = order_fulfillment_ask($service, $course, $kept['etag'] ?? '', $settings['timeout']);
  $learned = order_fulfillment_learn($answer, $kept, $now, $settings['retry_after']);
  order_fulfillment_write($file, $learned);
  return order_fulfillment_usable($learned, $now, $settings);
}

/** @internal */
function order_fulfillment_settings(array $settings): array {
  $all = array_merge(ORDER_FULFILLMENT_DEFAULTS, $settings);
  $all['texts'] = array_merge(ORDER_FULFILLMENT_DEFAULTS['texts'], $settings['texts'] ?? []);
  return $all;
}

/**
 * Asks the service, with the tag of what is known.
 *
 * @return array{status: int, headers: array<string, string>, body: string}|null
 *   Null when no answer came in time.
 * @internal
 */
function order_fulfillment_ask(string $service, string $course, string $etag, float $timeout): ?array {
  $ends_at = microtime(true) + $timeout;
  $headers = ['Accept: application/json', 'Connection: close'];
  if ($etag !== '') {
    $headers[] = 'If-None-Match: ' . $etag;
  }
  $context = stream_context_create(['http' => ['timeout' => $timeout, 'ignore_errors' => true, 'follow_location' => 0, 'header' => $headers]]);
  $stream = @fopen(rtrim($service, '/') . '/v1/courses/' . rawurlencode($course) . '/purchase-options', 'rb', false, $context);
  if ($stream === false) {
    return null;
  }
  $lines = stream_get_meta_data($stream)['wrapper_data'] ?? [];
  $body = order_fulfillment_body($stream, $ends_at);
  fclose($stream);
  return $body === null ? null : ['status' => order_fulfillment_status($lines), 'headers' => order_fulfillment_headers($lines), 'body' => $body];
}

/** The time-out of PHP begins anew with each byte: this is the end of all. @internal */
function order_fulfillment_body($stream, float $ends_at): ?string {
  $body = '';
  while (!feof($stream)) {
    $left = $ends_at - microtime(true);
    if ($left <= 0 || strlen($body) > ORDER_FULFILLMENT_MOST_BYTES) {
      return null;
    }
    stream_set_timeout($stream, (int) $left, (int) (fmod($left, 1) * 1000000));
    $piece = fread($stream, 8192);
    if ($piece === false || ($piece === '' && stream_get_meta_data($stream)['timed_out'])) {
      return null;
    }
    $body .= $piece;
  }
  return $body;
}

/** @internal */
function order_fulfillment_status(array $lines): int {
  return preg_match('~^HTTP/\S+ (\d{3})~', (string) ($lines[0] ?? ''), $match) ? (int) $match[1] : 0;
}

/** @internal */
function order_fulfillment_headers(array $lines): array {
  $headers = [];
  foreach ($lines as $line) {
    [$name, $value] = array_pad(explode(':', (string) $line, 2), 2, '');
    $headers[strtolower(trim($name))] = trim($value);
  }
  return $headers;
}

/**
 * What is known after an answer, or after none.
 *
 * @internal
 */
function order_fulfillment_learn(?array $answer, ?array $kept, int $now, int $retry_after): array {
  $status = $answer['status'] ?? 0;
  $max_age = preg_match('~max-age=(\d{1,6})~', $answer['headers']['cache-control'] ?? '', $match) ? (int) $match[1] : 0;
  if ($status === 304 && $kept !== null && $kept['options'] !== null) {
    return array_merge($kept, ['asked_at' => $now, 'fresh_until' => $now + $max_age, 'retry_at' => 0]);
  }
  $options = $status === 200 ? json_decode($answer['body'], true) : null;
  if (is_array($options) && is_array($options['modes'] ?? null)) {
    return ['options' => $options, 'etag' => order_fulfillment_etag($answer), 'asked_at' => $now, 'fresh_until' => $now + $max_age, 'retry_at' => 0];
  }
  // That there is no such course is an answer as well. It may come any minute.
  if ($status === 404 || $status === 400) {
    return ['options' => ['modes' => []], 'etag' => '', 'asked_at' => $now, 'fresh_until' => $now + $retry_after, 'retry_at' => 0];
  }
  $known = $kept ?? ['options' => null, 'etag' => '', 'asked_at' => 0, 'fresh_until' => 0, 'retry_at' => 0];
  return array_merge($known, ['retry_at' => $now + $retry_after]);
}

/** A tag goes back as a header, so it must look like one. @internal */
function order_fulfillment_etag(array $answer): string {
  $etag = $answer['headers']['etag'] ?? '';
  return preg_match('~^(W/)?"[\x21\x23-\x7e]{1,200}"$~', $etag) ? $etag : '';
}

/** @internal */
function order_fulfillment_usable(array $known, int $now, array $settings): ?array {
  return $known['options'] !== null && $now - $known['asked_at'] <= $settings['keep'] ? $known['options'] : null;
}

/** @internal */
function order_fulfillment_cache_file(string $service, string $course, ?string $folder): ?string {
  if ($folder === null || (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder))) {
    return null;
  }
  return $folder . '/' . hash('sha256', $service . "\n" . $course) . '.json';
}

/** @internal */
function order_fulfillment_read(?string $file): ?array {
  $text = $file === null ? false : @file_get_contents($file);
  $kept = $text === false ? null : json_decode($text, true);
  $is_whole = is_array($kept) && array_key_exists('options', $kept) && is_string($kept['etag'] ?? null);
  foreach (['asked_at', 'fresh_until', 'retry_at'] as $time) {
    $is_whole = $is_whole && is_int($kept[$time] ?? null);
  }
  return $is_whole && ($kept['options'] === null || is_array($kept['options'])) ? $kept : null;
}

/** Whole or not at all, however many pages are made at the same time. @internal */
function order_fulfillment_write(?string $file, array $known): void {
  if ($file === null) {
    return;
  }
  $half = @tempnam(dirname($file), 'half');
  if ($half === false) {
    return;
  }
  $is_written = @file_put_contents($half, json_encode($known, JSON_INVALID_UTF8_SUBSTITUTE)) !== false;
  if (!$is_written || !@rename($half, $file)) {
    @unlink($half);
  }
}

/** The modes to show. What is no mode is left out: a cache or a service may hold anything. @internal */
function order_fulfillment_modes(array $options, array $wanted): array {
  $modes = array_filter($options['modes'] ?? [], fn ($mode) => is_array($mode) && is_string($mode['mode'] ?? null) && is_string($mode['name'] ?? null));
  $modes = array_map(fn ($mode) => ['course' => $options['name'] ?? '', 'workflow' => $options['workflow'] ?? ''] + $mode, array_values($modes));
  if ($wanted === []) {
    return $modes;
  }
  $shown = array_filter($modes, fn ($mode) => in_array($mode['mode'], $wanted, true));
  usort($shown, fn ($one, $other) => array_search($one['mode'], $wanted, true) <=> array_search($other['mode'], $wanted, true));
  return $shown;
}

/** One mode: its button, or why there is none. @internal */
function order_fulfillment_mode(array $mode, array $settings): string {
  $reason = order_fulfillment_reason($mode);
  $url = $mode['purchaseUrl'] ?? '';
  if ($reason === null && is_string($url) && preg_match('~^https?://[^\s"\'<>\\\\]+$~i', $url)) {
    $text = order_fulfillment_text((float) ($mode['price'] ?? 0) == 0.0 ? 'free' : 'button', $mode, $settings);
    return '<a class="purchase-button" data-mode="' . order_fulfillment_escape($mode['mode']) . '" href="' . order_fulfillment_escape($url) . '">' . order_fulfillment_escape($text) . '</a>';
  }
  return order_fulfillment_sentence($reason ?? 'product_misconfigured', $mode, $settings);
}

/**
 * Why it cannot be bought. The windows are looked at again, because a last answer may be old; but not those of a course that the old shop
 * sells: that decides for itself.
 *
 * @internal
 */
function order_fulfillment_reason(array $mode): ?string {
  $ends_at = is_string($mode['expires'] ?? null) ? strtotime($mode['expires']) : false;
  if ($ends_at !== false && $ends_at <= time() && ($mode['workflow'] ?? '') !== 'legacy') {
    return 'no_longer_sold';
  }
  if (($mode['canBuy'] ?? false) === true) {
    return null;
  }
  $reason = $mode['reason'] ?? null;
  return in_array($reason, ['not_yet_sold', 'no_longer_sold'], true) ? $reason : 'product_misconfigured';
}

/** @internal */
function order_fulfillment_sentence(string $why, array $mode, array $settings): string {
  return '<p class="purchase-unavailable" data-reason="' . order_fulfillment_escape($why) . '">' . order_fulfillment_escape(order_fulfillment_text($why, $mode, $settings)) . '</p>';
}

/** @internal */
function order_fulfillment_text(string $key, array $mode, array $settings): string {
  $opens_at = is_string($mode['availableFrom'] ?? null) ? strtotime($mode['availableFrom']) : false;
  $text = fn (string $name): string => is_scalar($mode[$name] ?? null) ? (string) $mode[$name] : '';
  return strtr($settings['texts'][$key], [
    '{name}' => $text('name'),
    '{course}' => $text('course'),
    '{price}' => $text('price'),
    '{currency}' => $text('currency'),
    '{date}' => $opens_at === false ? '' : gmdate($settings['date'], $opens_at),
  ]);
}

/** @internal */
function order_fulfillment_escape(string $text): string {
  return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

/** The command line. @internal */
function order_fulfillment_main(array $arguments): int {
  $settings = [];
  $places = [];
  foreach (array_slice($arguments, 1) as $argument) {
    if (preg_match('~^--(mode|cache|timeout)=(.+)$~', $argument, $match)) {
      $settings[$match[1]] = $match[2];
    }
    else {
      $places[] = $argument;
    }
  }
  if (count($places) !== 2 || str_starts_with($places[0], '--')) {
    fwrite(STDERR, "Usage: php order_fulfillment_button.php <service> <course> [--mode=<slug>] [--cache=<folder>] [--timeout=<seconds>]\n");
    return 2;
  }
  $modes = isset($settings['mode']) ? ['modes' => [$settings['mode']]] : [];
  $timeout = isset($settings['timeout']) ? ['timeout' => (float) $settings['timeout']] : [];
  print order_fulfillment_button($places[0], $places[1], ['cache' => $settings['cache'] ?? null] + $modes + $timeout);
  return 0;
}

if (PHP_SAPI === 'cli' && realpath($_SERVER['SCRIPT_FILENAME'] ?? '') === __FILE__) {
  exit(order_fulfillment_main($argv));
}
