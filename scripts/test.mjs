/**
 * Every tier of tests that exists, on Node 24; bootstrap.mjs has installed and built (which is the type check) before.
 * Arguments go to Jest, which then runs once with those of both projects that they choose.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { ensureProgram, settingOf } from './programs.mjs';

const CLONE = fileURLToPath(new URL('..', import.meta.url));
const jestEnv = {
  ...process.env,
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
};
const jestArguments = process.argv.slice(2);
let running = null;

/** Most of a test's time goes by in waiting. The drills have the machine for themselves: they kill and starve what they run on. */
const TWO_AT_A_TIME = '--maxWorkers=2';
/** As in jest.config.js, whose list an argument takes the place of. */
const NO_TESTS = ['/node_modules/', '/dist/'];

// The system tests kill and freeze what they are connected to: a connection that is left half open must not hold up the end.
const STAGES = [
  { name: 'lint', run: () => runTool('eslint/bin/eslint.js', ['.', '--max-warnings=0']) },
  ...(jestArguments.length > 0
    ? [programsStage(), { name: `jest ${jestArguments.join(' ')}`, run: () => runJest(jestArguments) }]
    : [
        { name: 'unit tests', run: () => runJest(['--selectProjects', 'unit', TWO_AT_A_TIME]) },
        programsStage(),
        { name: 'system tests', run: () => runJest(['--selectProjects', 'system', '--forceExit', TWO_AT_A_TIME, '--testPathIgnorePatterns', ...NO_TESTS, '/test/chaos/']) },
        { name: 'fault drills', run: () => runJest(['--selectProjects', 'system', '--forceExit', '--testPathPatterns', '/test/chaos/']) },
      ]),
];

/** What the system tests run beside our own programs. All of it is looked for before the first is missed. */
function programsStage() {
  return {
    name: 'programs of the system tests',
    run: () => {
      const outcomes = ['redis', 'php', 'chromium'].map(ensured);
      for (const { sentence } of outcomes) console.log(sentence);
      return outcomes.every(({ isThere }) => isThere) ? 0 : 1;
    },
  };
}

function ensured(name) {
  try {
    const { path, shownAs } = ensureProgram(name);
    // Redis is started by the tests themselves, which look for it in the same places.
    if (name !== 'redis') Object.assign(jestEnv, settingOf(name, path));
    return { isThere: true, sentence: `${name}: ${shownAs}` };
  } catch (error) {
    return { isThere: false, sentence: error.message };
  }
}

function runJest(args) {
  return runTool('jest/bin/jest.js', args, jestEnv);
}

function runTool(script, args, env = process.env) {
  return new Promise((resolve, reject) => {
    running = spawn(process.execPath, [join(CLONE, 'node_modules', script), ...args], { cwd: CLONE, env, stdio: 'inherit' });
    running.once('error', reject);
    running.once('exit', (code) => {
      running = null;
      resolve(code ?? 1);
    });
  });
}

async function runStage({ name, run }) {
  console.log(`\n== ${name}`);
  const startedAtMs = performance.now();
  let passed = false;
  try {
    passed = (await run()) === 0;
  } catch (error) {
    console.error(error.message);
  }
  return { name, passed, seconds: (performance.now() - startedAtMs) / 1000 };
}

/** Stages after the one that failed do not run, and the summary says so. */
async function main() {
  const results = [];
  for (const stage of STAGES) {
    results.push(await runStage(stage));
    if (!results.at(-1).passed) break;
  }
  console.log('');
  for (const { name, passed, seconds } of results) console.log(`${passed ? 'passed' : 'FAILED'}   ${name} (${seconds.toFixed(1)} s)`);
  for (const { name } of STAGES.slice(results.length)) console.log(`not run  ${name}`);
  return results.every(({ passed }) => passed);
}

// A signal reaches the tool of the running stage as well: this program stays for its end and the summary.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('disconnect', () => {
  running?.kill('SIGTERM');
  process.exit(1);
});

const passed = await main();
process.exit(passed ? 0 : 1);
