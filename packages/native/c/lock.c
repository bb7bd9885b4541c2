/* Named locks with a time to live. Like a claim, one is held while expires_at >= now. */
#include <string.h>

#include "functions.h"
#include "reply.h"

typedef struct lock_arguments {
  text_argument name;
  text_argument owner;
  sqlite3_int64 now;
  sqlite3_int64 expires_at;
} lock_arguments;

static lock_arguments read_arguments(honker_call *call, int with_ttl) {
  lock_arguments lock = {.now = connection_now(call->connection)};
  lock.name = argument_name(call, 0, "name");
  lock.owner = argument_name(call, 1, "owner");
  if (with_ttl) lock.expires_at = argument_from_now(call, 2, "ttl_s", lock.now);
  return lock;
}

/* A lock that is held is answered without taking the write lock. */
static int look_up(honker_connection *connection, const lock_arguments *lock, int *held, int *ours) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_LOCK_OWNER);
  bind_text(&use, 1, lock->name.text, lock->name.length);
  bind_integer(&use, 2, lock->now);
  *held = statement_step(&use);
  if (*held) {
    const char *const owner = (const char *)sqlite3_column_text(use.prepared, 0);
    const sqlite3_int64 length = sqlite3_column_bytes(use.prepared, 0);
    *ours = owner != NULL && length == lock->owner.length && memcmp(owner, lock->owner.text, (size_t)length) == 0;
  }
  return statement_close(&use);
}

/* Parameters 1 and 2 of every statement that writes; those that take it get the times, too. */
static void open_lock(statement *use, honker_connection *connection, statement_id id, const lock_arguments *lock) {
  statement_open(use, connection, id);
  bind_text(use, 1, lock->name.text, lock->name.length);
  bind_text(use, 2, lock->owner.text, lock->owner.length);
  if (id == STATEMENT_RELEASE_LOCK) return;
  bind_integer(use, 3, lock->expires_at);
  bind_integer(use, 4, lock->now);
}

void honker_lock_acquire(honker_call *call) {
  const lock_arguments lock = read_arguments(call, 1);
  if (call_failed(call)) return;
  int held = 0, ours = 0;
  if (call_sqlite_error(call, look_up(call->connection, &lock, &held, &ours))) return;
  if (held) {
    call_return_integer(call, ours);
    return;
  }
  statement use;
  open_lock(&use, call->connection, STATEMENT_ACQUIRE_LOCK, &lock);
  call_return_changed(call, &use);
}

void honker_lock_renew(honker_call *call) {
  const lock_arguments lock = read_arguments(call, 1);
  if (call_failed(call)) return;
  statement use;
  open_lock(&use, call->connection, STATEMENT_RENEW_LOCK, &lock);
  call_return_changed(call, &use);
}

void honker_lock_release(honker_call *call) {
  const lock_arguments lock = read_arguments(call, 0);
  if (call_failed(call)) return;
  statement use;
  open_lock(&use, call->connection, STATEMENT_RELEASE_LOCK, &lock);
  call_return_changed(call, &use);
}

void honker_lock_get(honker_call *call) {
  const text_argument name = argument_name(call, 0, "name");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_GET_LOCK);
  bind_text(&use, 1, name.text, name.length);
  bind_integer(&use, 2, connection_now(call->connection));
  call_return_row(call, &use);
}
