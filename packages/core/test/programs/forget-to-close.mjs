// Enqueues a job, and comes to its end.
import { open } from '@honker/core';

open(process.argv[2]).queue('q').enqueue(1);
process.disconnect();
