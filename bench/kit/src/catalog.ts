import { join } from 'node:path';
import { ChildProgram } from '../../../apps/local/src/child-program.js';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';

const SEED_LIMIT_MS = 60_000;

/** Fills a database with the product's seed catalog. */
export async function seedCatalog(databaseUrl: string): Promise<void> {
  const folder = cloneFolder();
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
  const seed = new ChildProgram({ name: 'The catalog seed', entry: join(folder, 'dist/apps/ops/src/catalog-seed.main.js'), cwd: folder, env });
  const timer = setTimeout(() => {
    seed.kill('SIGKILL');
  }, SEED_LIMIT_MS);
  await seed.exited;
  clearTimeout(timer);
  if (!seed.succeeded) throw new Error(seed.lastWords());
}
