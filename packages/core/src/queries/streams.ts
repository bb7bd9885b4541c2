import { fromJson, query, toBoolean, toNumber } from './query.js';

/** An element of `honker_stream_read_since`. */
export interface EventRow {
  offset: number;
  topic: string;
  key: string | null;
  payload: string;
  created_at: number;
}

/** An element of `honker_stream_stats`. */
export interface StreamStatsRow {
  topic: string;
  events: number;
  first_offset: number | null;
  last_offset: number | null;
  consumers: { name: string; offset: number; lag: number }[];
}

/** Events, and how far their consumers have come. */
export const streamQueries = {
  publish: (topic: string, key: string | null, payload: string) =>
    query('SELECT honker_stream_publish(?, ?, ?)', [topic, key, payload], toNumber),

  publishBatch: (topic: string, key: string | null, payloads: string) =>
    query<number[]>(
      'SELECT honker_stream_publish_batch(?, ?, ?)',
      [topic, key, payloads],
      fromJson,
    ),

  readSince: (topic: string, offset: number, limit: number) =>
    query<EventRow[]>('SELECT honker_stream_read_since(?, ?, ?)', [topic, offset, limit], fromJson),

  saveOffset: (consumer: string, topic: string, offset: number) =>
    query('SELECT honker_stream_save_offset(?, ?, ?)', [consumer, topic, offset], toBoolean),

  getOffset: (consumer: string, topic: string) =>
    query('SELECT honker_stream_get_offset(?, ?)', [consumer, topic], toNumber),

  trimStream: (topic: string, beforeOffset: number) =>
    query('SELECT honker_stream_trim(?, ?)', [topic, beforeOffset], toNumber),

  lastOffset: (topic: string) => query('SELECT honker_stream_last(?)', [topic], toNumber),

  /** null: of every topic that has an event or a consumer. */
  streamStats: (topic: string | null) =>
    query<StreamStatsRow[]>('SELECT honker_stream_stats(?)', [topic], fromJson),
};
