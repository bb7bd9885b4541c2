/** What an argument must be. */
export type Kind =
  | 'name'
  | 'name or NULL'
  | 'text or NULL'
  | 'JSON'
  | 'JSON or NULL'
  | 'flag'
  | 'flag or NULL'
  | 'positive'
  | 'time'
  | `${'integer' | 'count' | 'seconds'}${'' | ' or NULL'}`;

/** Sound arguments of each function, by the names that its errors use. */
export const functions: Readonly<
  Record<string, readonly (readonly [name: string, kind: Kind, sound: string])[]>
> = {
  honker_enqueue: [
    ['queue', 'name', "'q'"],
    ['payload', 'JSON', "'1'"],
    ['run_at', 'integer or NULL', 'NULL'],
    ['delay', 'seconds or NULL', 'NULL'],
    ['priority', 'integer or NULL', 'NULL'],
    ['max_attempts', 'count or NULL', 'NULL'],
    ['expires', 'seconds or NULL', 'NULL'],
  ],
  honker_enqueue_batch: [
    ['queue', 'name', "'q'"],
    ['payloads_json', 'JSON', "'[1]'"],
    ['run_at', 'integer or NULL', 'NULL'],
    ['delay', 'seconds or NULL', 'NULL'],
    ['priority', 'integer or NULL', 'NULL'],
    ['max_attempts', 'count or NULL', 'NULL'],
    ['expires', 'seconds or NULL', 'NULL'],
  ],
  honker_claim_batch: [
    ['queue', 'name', "'q'"],
    ['worker_id', 'name', "'w'"],
    ['n', 'count', '1'],
    ['timeout_s', 'seconds', '60'],
  ],
  honker_queue_next_claim_at: [['queue', 'name', "'q'"]],
  honker_ack: [
    ['id', 'integer', '1'],
    ['worker_id', 'name', "'w'"],
    ['attempt', 'count', '1'],
  ],
  honker_ack_batch: [
    ['ids_json', 'JSON', "'[1]'"],
    ['worker_id', 'name', "'w'"],
  ],
  honker_retry: [
    ['id', 'integer', '1'],
    ['worker_id', 'name', "'w'"],
    ['delay_s', 'seconds', '1'],
    ['error', 'text or NULL', 'NULL'],
    ['attempt', 'count', '1'],
  ],
  honker_fail: [
    ['id', 'integer', '1'],
    ['worker_id', 'name', "'w'"],
    ['error', 'text or NULL', 'NULL'],
    ['attempt', 'count', '1'],
  ],
  honker_heartbeat: [
    ['id', 'integer', '1'],
    ['worker_id', 'name', "'w'"],
    ['extend_s', 'seconds', '1'],
    ['attempt', 'count', '1'],
  ],
  honker_heartbeat_batch: [
    ['ids_json', 'JSON', "'[1]'"],
    ['worker_id', 'name', "'w'"],
    ['extend_s', 'seconds', '1'],
  ],
  honker_ack_claims: [
    ['claims_json', 'JSON', "'[1,1]'"],
    ['worker_id', 'name', "'w'"],
  ],
  honker_heartbeat_claims: [
    ['claims_json', 'JSON', "'[1,1]'"],
    ['worker_id', 'name', "'w'"],
    ['extend_s', 'seconds', '1'],
  ],
  honker_release_claims: [
    ['claims_json', 'JSON', "'[1,1]'"],
    ['worker_id', 'name', "'w'"],
  ],
  honker_cancel: [['id', 'integer', '1']],
  honker_get_job: [['id', 'integer', '1']],
  honker_pending_list: [
    ['queue', 'name', "'q'"],
    ['after_priority', 'integer or NULL', 'NULL'],
    ['after_run_at', 'integer or NULL', 'NULL'],
    ['after_id', 'integer or NULL', 'NULL'],
    ['limit', 'count', '1'],
  ],
  honker_processing_list: [
    ['queue', 'name', "'q'"],
    ['after_claim_expires_at', 'integer or NULL', 'NULL'],
    ['after_id', 'integer or NULL', 'NULL'],
    ['limit', 'count', '1'],
  ],
  honker_sweep_expired: [['queue', 'name', "'q'"]],
  honker_dead_list: [
    ['queue', 'text or NULL', 'NULL'],
    ['after_id', 'integer or NULL', 'NULL'],
    ['limit', 'count', '1'],
  ],
  honker_dead_requeue: [['id', 'integer', '1']],
  honker_dead_purge: [
    ['queue', 'text or NULL', 'NULL'],
    ['older_than_s', 'count or NULL', 'NULL'],
  ],
  honker_queue_stats: [['queue', 'name or NULL', 'NULL']],
  honker_stream_publish: [
    ['topic', 'name', "'t'"],
    ['key', 'text or NULL', 'NULL'],
    ['payload', 'JSON', "'1'"],
  ],
  honker_stream_publish_batch: [
    ['topic', 'name', "'t'"],
    ['key', 'text or NULL', 'NULL'],
    ['payloads_json', 'JSON', "'[1]'"],
  ],
  honker_stream_read_since: [
    ['topic', 'name', "'t'"],
    ['offset', 'integer', '0'],
    ['limit', 'count', '1'],
  ],
  honker_stream_read_flat: [
    ['topic', 'name', "'t'"],
    ['offset', 'integer', '0'],
    ['limit', 'count', '1'],
  ],
  honker_stream_last: [['topic', 'name', "'t'"]],
  honker_stream_save_offset: [
    ['consumer', 'name', "'c'"],
    ['topic', 'name', "'t'"],
    ['offset', 'count', '1'],
  ],
  honker_stream_get_offset: [
    ['consumer', 'name', "'c'"],
    ['topic', 'name', "'t'"],
  ],
  honker_stream_trim: [
    ['topic', 'name', "'t'"],
    ['before_offset', 'integer', '1'],
  ],
  honker_stream_stats: [['topic', 'name or NULL', 'NULL']],
  notify: [
    ['channel', 'name', "'c'"],
    ['payload', 'JSON', "'1'"],
  ],
  honker_notifications_since: [
    ['after_id', 'integer', '0'],
    ['limit', 'count', '1'],
  ],
  honker_notifications_prune: [
    ['older_than_s', 'count or NULL', 'NULL'],
    ['max_keep', 'count or NULL', 'NULL'],
  ],
  honker_scheduler_register: [
    ['name', 'name', "'s'"],
    ['queue', 'name', "'q'"],
    ['expr', 'name', "'* * * * *'"],
    ['payload', 'JSON', "'1'"],
    ['priority', 'integer or NULL', 'NULL'],
    ['expires_s', 'count or NULL', 'NULL'],
    ['max_attempts', 'count or NULL', 'NULL'],
  ],
  honker_scheduler_unregister: [['name', 'name', "'s'"]],
  honker_scheduler_pause: [['name', 'name', "'s'"]],
  honker_scheduler_resume: [['name', 'name', "'s'"]],
  honker_scheduler_update: [
    ['name', 'name', "'s'"],
    ['expr', 'name or NULL', 'NULL'],
    ['payload', 'JSON or NULL', 'NULL'],
    ['priority', 'integer or NULL', 'NULL'],
    ['expires_s', 'count or NULL', 'NULL'],
    ['touch_expires', 'flag or NULL', '0'],
    ['max_attempts', 'count or NULL', 'NULL'],
    ['touch_max_attempts', 'flag or NULL', '0'],
  ],
  honker_scheduler_tick: [['now', 'time', '1000']],
  honker_cron_next_after: [
    ['expr', 'name', "'* * * * *'"],
    ['from', 'time', '0'],
  ],
  honker_lock_acquire: [
    ['name', 'name', "'l'"],
    ['owner', 'name', "'o'"],
    ['ttl_s', 'seconds', '60'],
  ],
  honker_lock_renew: [
    ['name', 'name', "'l'"],
    ['owner', 'name', "'o'"],
    ['ttl_s', 'seconds', '60'],
  ],
  honker_lock_release: [
    ['name', 'name', "'l'"],
    ['owner', 'name', "'o'"],
  ],
  honker_lock_get: [['name', 'name', "'l'"]],
  honker_rate_limit_try: [
    ['name', 'name', "'r'"],
    ['limit', 'count', '1'],
    ['per_s', 'positive', '60'],
  ],
  honker_rate_limit_sweep: [['older_than_s', 'count', '60']],
  honker_result_save: [
    ['job_id', 'integer', '1'],
    ['value', 'text or NULL', 'NULL'],
    ['ttl_s', 'integer', '60'],
  ],
  honker_result_get: [['job_id', 'integer', '1']],
  honker_busy_timeout: [['ms', 'count', '1']],
  honker_busy_limit: [['ms', 'count or NULL', '0']],
  honker_wal_autocheckpoint: [['pages', 'count', '1000']],
  honker_clock_shift: [['seconds', 'integer', '0']],
};
