/** The package's own test, which runs outside by `node --test`, inside this repository. */
import './mentoring.test.js';
