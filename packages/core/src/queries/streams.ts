import type { StreamEvent } from '../stream-event.js';
import { fromJson, type Query, query, toBoolean, toNumber } from './query.js';

/** An element of `honker_stream_read_since`. */
export interface EventRow {
  offset: number;
  topic: string;
  key: string | null;
  payload: string;
  created_at: number;
}

/** In place of a payload that isn't JSON. */
export class PayloadText {
  constructor(readonly payload: string) {}
}

/** What `honker_stream_read_flat` has of each event. */
const FIELDS = 5;

function toEvents(topic: string, fields: readonly unknown[]): StreamEvent<unknown>[] {
  const events: StreamEvent<unknown>[] = [];
  for (let at = 0; at < fields.length; at += FIELDS) {
    const payload = fields[at + 4];
    events.push({
      offset: fields[at] as number,
      topic,
      key: fields[at + 1] as string | null,
      payload: fields[at + 3] === true ? payload : new PayloadText(payload as string),
      createdAt: fields[at + 2] as number,
    });
  }
  return events;
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

  /** The same, with payloads parsed. */
  readEvents: (topic: string, offset: number, limit: number): Query<StreamEvent<unknown>[]> =>
    query('SELECT honker_stream_read_flat(?, ?, ?)', [topic, offset, limit], (value) =>
      toEvents(topic, fromJson(value)),
    ),

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
