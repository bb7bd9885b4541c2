import { describeContract } from './describe-contract.js';

describeContract('better-sqlite3');
