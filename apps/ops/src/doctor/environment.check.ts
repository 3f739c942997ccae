import { EnvironmentError, loadConfig, loadWorkerConfig, type Environment } from '#config';
import { fail, ok, type Finding } from './check.js';

/** What keeps the API or a worker from starting with this environment, by the variables' names. */
export function environmentCheck(env: Environment): Promise<Finding> {
  const problems = [...new Set([...problemsOf(() => loadConfig(env)), ...problemsOf(() => loadWorkerConfig(env))])];
  const found = problems.length === 0 ? ok('No variable is missing or wrong.') : fail(`${problems.join('; ')}.`, 'Set them as config/.env.example says: API and workers do not start like this.');
  return Promise.resolve(found);
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}
