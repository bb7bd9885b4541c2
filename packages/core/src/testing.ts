/**
 * For the tests of applications: real databases in temporary files, jobs run until none is left, a clock for what
 * is due later.
 *
 * @module
 */
export { assertEnqueued, type Contained, type ExpectedJob } from './testing/assert-enqueued.js';
export { type Drained, type DrainOptions, drain } from './testing/drain.js';
export { type TemporaryDatabase, temporaryDatabase } from './testing/temporary-database.js';
export { type AsyncTestClock, type TestClock, testClock } from './testing/test-clock.js';
