import { seedCatalog } from './catalog.seed.js';
import { describeFailure } from './command-failure.js';
import { withCatalog } from './ops.context.js';

try {
  const seeded = await withCatalog(process.env, (app) => seedCatalog(app, 'config/seed'));
  process.stdout.write(seeded ? 'The seed catalog is imported.\n' : 'The seed catalog is there already.\n');
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}
