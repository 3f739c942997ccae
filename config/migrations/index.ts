import { Migration20261122000000_orders } from './Migration20261122000000_orders.js';
import { Migration20261122000100_catalog } from './Migration20261122000100_catalog.js';
import { Migration20261122000200_retries } from './Migration20261122000200_retries.js';
import { Migration20261122000300_limits } from './Migration20261122000300_limits.js';
import { Migration20261122000400_courses } from './Migration20261122000400_courses.js';
import { Migration20261122000500_rollout } from './Migration20261122000500_rollout.js';
import { Migration20261122000600_catalog_import } from './Migration20261122000600_catalog_import.js';
import { Migration20261122000700_accepted } from './Migration20261122000700_accepted.js';
import { Migration20261122000800_codes } from './Migration20261122000800_codes.js';
import { Migration20261122000900_payments } from './Migration20261122000900_payments.js';
import { Migration20261122001000_refunds } from './Migration20261122001000_refunds.js';

/** In the order in which they run. Named here, and not found by a path, so that source and build see the same list. */
export const MIGRATIONS = [
  { name: 'Migration20261122000000_orders', class: Migration20261122000000_orders },
  { name: 'Migration20261122000100_catalog', class: Migration20261122000100_catalog },
  { name: 'Migration20261122000200_retries', class: Migration20261122000200_retries },
  { name: 'Migration20261122000300_limits', class: Migration20261122000300_limits },
  { name: 'Migration20261122000400_courses', class: Migration20261122000400_courses },
  { name: 'Migration20261122000500_rollout', class: Migration20261122000500_rollout },
  { name: 'Migration20261122000600_catalog_import', class: Migration20261122000600_catalog_import },
  { name: 'Migration20261122000700_accepted', class: Migration20261122000700_accepted },
  { name: 'Migration20261122000800_codes', class: Migration20261122000800_codes },
  { name: 'Migration20261122000900_payments', class: Migration20261122000900_payments },
  { name: 'Migration20261122001000_refunds', class: Migration20261122001000_refunds },
];
