export const QUEUE = 'bench';
export const WORKER_ID = 'worker-1';
