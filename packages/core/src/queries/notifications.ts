import { fromJson, query, toNumber } from './query.js';

/** An element of `honker_notifications_since`. */
export interface NotificationRow {
  id: number;
  channel: string;
  payload: string;
  created_at: number;
}

/** What is said on channels. */
export const notificationQueries = {
  notify: (channel: string, payload: string) =>
    query('SELECT notify(?, ?)', [channel, payload], toNumber),

  lastNotification: () => query('SELECT honker_notifications_last()', [], toNumber),

  notificationsSince: (afterId: number, limit: number) =>
    query<NotificationRow[]>('SELECT honker_notifications_since(?, ?)', [afterId, limit], fromJson),

  pruneNotifications: (olderThanS: number | null, maxKeep: number | null) =>
    query('SELECT honker_notifications_prune(?, ?)', [olderThanS, maxKeep], toNumber),
};
