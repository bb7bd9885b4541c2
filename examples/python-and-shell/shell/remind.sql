-- Enqueues a reminder of the first invoice.
.timeout 5000
SELECT '  sqlite3     enqueued mail ' ||
  honker_enqueue('mails', json_object('invoice', 1, 'kind', 'reminder'), NULL, NULL, 0, 3, NULL);
