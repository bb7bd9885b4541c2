/*
** honker: durable queues inside a SQLite database, as SQL functions.
**
** The entry point, and the table of functions. Loading registers them on one connection and
** writes nothing to the database.
**
** SQLite hands a scalar function only a sqlite3_context, whose meaning is private to the SQLite
** library that made it; which library that is can't be asked without calling it. So each SQLite
** library in the process gets one of a few entry trampolines of its own (`dispatchers`), bound for
** good to that library's sqlite3_api_routines.
*/
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "extension.h"
#include "functions.h"
#include "watcher.h"

#ifndef HONKER_VERSION
#define HONKER_VERSION "0.0.0-dev"
#endif
#define MINIMUM_SQLITE 3038000 /* unixepoch(), which the tables' defaults call */

static void honker_version(honker_call *call) {
  HONKER_SQLITE(call->connection);
  sqlite3_result_text(call->context, HONKER_VERSION, -1, SQLITE_STATIC);
}

typedef struct function_entry {
  const char *name;
  int arguments;
  void (*run)(honker_call *call);
} function_entry;

static const function_entry functions[] = {
    {"honker_version", 0, honker_version},
    {"honker_bootstrap", 0, honker_bootstrap},
    {"honker_enqueue", 7, honker_enqueue},
    {"honker_enqueue_batch", 7, honker_enqueue_batch},
    {"honker_claim_batch", 4, honker_claim_batch},
    {"honker_queue_next_claim_at", 1, honker_queue_next_claim_at},
    {"honker_ack", 2, honker_ack},
    {"honker_ack", 3, honker_ack},
    {"honker_ack_batch", 2, honker_ack_batch},
    {"honker_ack_claims", 2, honker_ack_claims},
    {"honker_retry", 4, honker_retry},
    {"honker_retry", 5, honker_retry},
    {"honker_fail", 3, honker_fail},
    {"honker_fail", 4, honker_fail},
    {"honker_heartbeat", 3, honker_heartbeat},
    {"honker_heartbeat", 4, honker_heartbeat},
    {"honker_heartbeat_batch", 3, honker_heartbeat_batch},
    {"honker_heartbeat_claims", 3, honker_heartbeat_claims},
    {"honker_release_claims", 2, honker_release_claims},
    {"honker_cancel", 1, honker_cancel},
    {"honker_get_job", 1, honker_get_job},
    {"honker_pending_list", 5, honker_pending_list},
    {"honker_processing_list", 4, honker_processing_list},
    {"honker_sweep_expired", 1, honker_sweep_expired},
    {"honker_dead_list", 3, honker_dead_list},
    {"honker_dead_requeue", 1, honker_dead_requeue},
    {"honker_dead_purge", 2, honker_dead_purge},
    {"honker_queue_stats", 1, honker_queue_stats},
    {"honker_stream_publish", 3, honker_stream_publish},
    {"honker_stream_publish_batch", 3, honker_stream_publish_batch},
    {"honker_stream_read_since", 3, honker_stream_read_since},
    {"honker_stream_read_flat", 3, honker_stream_read_flat},
    {"honker_stream_last", 1, honker_stream_last},
    {"honker_stream_save_offset", 3, honker_stream_save_offset},
    {"honker_stream_get_offset", 2, honker_stream_get_offset},
    {"honker_stream_trim", 2, honker_stream_trim},
    {"honker_stream_stats", 1, honker_stream_stats},
    {"notify", 2, notify},
    {"honker_notifications_last", 0, honker_notifications_last},
    {"honker_notifications_since", 2, honker_notifications_since},
    {"honker_notifications_prune", 2, honker_notifications_prune},
    {"honker_scheduler_register", 6, honker_scheduler_register},
    {"honker_scheduler_register", 7, honker_scheduler_register},
    {"honker_scheduler_unregister", 1, honker_scheduler_unregister},
    {"honker_scheduler_pause", 1, honker_scheduler_pause},
    {"honker_scheduler_resume", 1, honker_scheduler_resume},
    {"honker_scheduler_update", 6, honker_scheduler_update},
    {"honker_scheduler_update", 8, honker_scheduler_update},
    {"honker_scheduler_list", 0, honker_scheduler_list},
    {"honker_scheduler_tick", 1, honker_scheduler_tick},
    {"honker_scheduler_soonest", 0, honker_scheduler_soonest},
    {"honker_cron_next_after", 2, honker_cron_next_after},
    {"honker_lock_acquire", 3, honker_lock_acquire},
    {"honker_lock_renew", 3, honker_lock_renew},
    {"honker_lock_release", 2, honker_lock_release},
    {"honker_lock_get", 1, honker_lock_get},
    {"honker_rate_limit_try", 3, honker_rate_limit_try},
    {"honker_rate_limit_sweep", 1, honker_rate_limit_sweep},
    {"honker_result_save", 3, honker_result_save},
    {"honker_result_get", 1, honker_result_get},
    {"honker_result_sweep", 0, honker_result_sweep},
    {"honker_update_watcher_open", 2, honker_update_watcher_open},
    {"honker_update_watcher_open", 3, honker_update_watcher_open},
    {"honker_update_watcher_wait", 2, honker_update_watcher_wait},
    {"honker_update_watcher_close", 1, honker_update_watcher_close},
    {"honker_busy_timeout", 1, honker_busy_timeout},
    {"honker_busy_limit", 1, honker_busy_limit},
    {"honker_wal_autocheckpoint", 1, honker_wal_autocheckpoint},
    {"honker_clock_shift", 1, honker_clock_shift},
    {"honker_auto_load", 0, honker_auto_load},
};
#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

/* What a registered function gets as its user data. */
typedef struct function_binding {
  honker_connection *connection;
  const function_entry *function;
} function_binding;

typedef struct connection_block {
  honker_connection connection;
  size_t owners; /* the module and each function: a load that failed halfway leaves some, until the next replaces them */
  function_binding bindings[FUNCTION_COUNT];
} connection_block;

static void dispatch(const sqlite3_api_routines *sqlite3_api, sqlite3_context *context, int count,
                     sqlite3_value **arguments) {
  const function_binding *const binding = sqlite3_user_data(context);
  sqlite3 *const db = binding->connection->db;
  honker_call call = {binding->connection, context, arguments, count, binding->function->name, 0};
  /* Our own inserts must not change what the caller's last_insert_rowid() says. */
  const sqlite3_int64 rowid = sqlite3_last_insert_rowid(db);
  binding->function->run(&call);
  sqlite3_set_last_insert_rowid(db, rowid);
}

#define MAX_LIBRARIES 4
static const sqlite3_api_routines *libraries[MAX_LIBRARIES];
static platform_mutex libraries_mutex = PLATFORM_MUTEX_INIT;

#define DISPATCHER(index)                                                                \
  static void dispatch_##index(sqlite3_context *context, int count, sqlite3_value **arguments) { \
    dispatch(libraries[index], context, count, arguments);                              \
  }
DISPATCHER(0)
DISPATCHER(1)
DISPATCHER(2)
DISPATCHER(3)

typedef void (*dispatcher)(sqlite3_context *context, int count, sqlite3_value **arguments);
static const dispatcher dispatchers[MAX_LIBRARIES] = {dispatch_0, dispatch_1, dispatch_2, dispatch_3};

/* A place is written once, before any function can be dispatched through it, and never again. */
static dispatcher dispatcher_of(const sqlite3_api_routines *api) {
  dispatcher found = NULL;
  platform_lock(&libraries_mutex);
  for (int i = 0; i < MAX_LIBRARIES && found == NULL; i++) {
    if (libraries[i] == NULL) libraries[i] = api;
    if (libraries[i] == api) found = dispatchers[i];
  }
  platform_unlock(&libraries_mutex);
  return found;
}

/* A message that filled its buffer ends between characters: a host may refuse what is no UTF-8. */
static void drop_cut_character(char *message, size_t size) {
  size_t length = strlen(message);
  if (length + 1 < size) return;
  while (length > 0 && ((unsigned char)message[length - 1] & 0xC0u) == 0x80) length--;
  if (length > 0 && (unsigned char)message[length - 1] >= 0xC0) length--;
  message[length] = '\0';
}

int connection_remember_error(honker_connection *connection, int rc) {
  HONKER_SQLITE(connection);
  char *const message = connection->error.message;
  const int code = sqlite3_extended_errcode(connection->db);
  /* What was called in between (a finalize, say) may have reported success since. */
  const int current = (code & 0xff) == (rc & 0xff);
  connection->error.code = current ? code : rc;
  sqlite3_snprintf(sizeof connection->error.message, message, "%s",
                   current ? sqlite3_errmsg(connection->db) : sqlite3_errstr(rc));
  drop_cut_character(message, sizeof connection->error.message);
  return connection->error.code;
}

static void connection_release(void *released) {
  connection_block *const block = released;
  HONKER_SQLITE(&block->connection);
  if (--block->owners > 0) return;
  checkpoint_release(&block->connection);
  watcher_forget_connection(&block->connection);
  sqlite3_free(block);
}

static void binding_release(void *binding) { connection_release(((function_binding *)binding)->connection); }

static int register_functions(connection_block *block, dispatcher run) {
  HONKER_SQLITE(&block->connection);
  int rc = SQLITE_OK;
  for (size_t i = 0; i < FUNCTION_COUNT && rc == SQLITE_OK; i++) {
    block->bindings[i].connection = &block->connection;
    block->bindings[i].function = &functions[i];
    block->owners++; /* SQLite releases it even if it fails */
    rc = sqlite3_create_function_v2(block->connection.db, functions[i].name, functions[i].arguments,
                                    SQLITE_UTF8, &block->bindings[i], run, NULL, NULL, binding_release);
  }
  return rc;
}

int sqlite3_honkerext_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  const sqlite3_api_routines *const sqlite3_api = api;
  if (sqlite3_libversion_number() < MINIMUM_SQLITE) {
    *error = sqlite3_mprintf("honker needs SQLite 3.38.0 or newer, but this is %s", sqlite3_libversion());
    return SQLITE_ERROR;
  }
  if (watcher_knows_connection(db)) return SQLITE_OK_LOAD_PERMANENTLY;
  const dispatcher run = dispatcher_of(api);
  if (run == NULL) {
    *error = sqlite3_mprintf("honker serves at most %d SQLite libraries in one process", MAX_LIBRARIES);
    return SQLITE_ERROR;
  }
  connection_block *const block = sqlite3_malloc64(sizeof *block);
  if (block == NULL) return SQLITE_NOMEM;
  memset(block, 0, sizeof *block);
  block->connection.api = api;
  block->connection.db = db;
  block->owners = 2; /* the module, and this function until it is done */
  int rc = statements_register_table(&block->connection, connection_release);
  if (rc == SQLITE_OK) rc = register_functions(block, run);
  if (rc == SQLITE_OK) rc = watcher_learn_connection(&block->connection); /* last: known is all there */
  connection_release(block);
  if (rc != SQLITE_OK) {
    *error = sqlite3_mprintf("honker could not register its functions: %s", sqlite3_errstr(rc));
    return rc;
  }
  return SQLITE_OK_LOAD_PERMANENTLY;
}
