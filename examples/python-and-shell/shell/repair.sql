-- Looks at the queue and at what is dead in it; mends the address and requeues, in one transaction.
.timeout 5000
SELECT '  sqlite3     ' || honker_queue_stats('mails');
SELECT '  sqlite3     mail ' || (value ->> 'id') || ' is dead: ' || (value ->> 'last_error')
  FROM json_each(honker_dead_list('mails', NULL, 10));

BEGIN IMMEDIATE;
UPDATE invoices SET email = replace(email, ' at ', '@');
SELECT '  sqlite3     address mended, requeued as mail ' || honker_dead_requeue(value ->> 'id')
  FROM json_each(honker_dead_list('mails', NULL, 10));
COMMIT;
