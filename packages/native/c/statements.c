#include "statements.h"

#include <stdlib.h>
#include <string.h>

#include "connection.h"

static const char *const statement_sql[STATEMENT_COUNT] = {
#define STATEMENT(id, sql) sql,
#include "statements.def"
#undef STATEMENT
};

/* SQLite connects the table when a statement first names it. */
static int connect_table(honker_connection *connection) {
  HONKER_SQLITE(connection);
  sqlite3_stmt *prepared = NULL;
  const int rc = sqlite3_prepare_v2(connection->db, "SELECT 1 FROM honker_statements", -1, &prepared, NULL);
  sqlite3_finalize(prepared);
  return rc;
}

static void check(statement *use, int rc) {
  if (rc != SQLITE_OK) use->rc = connection_remember_error(use->connection, rc);
}

static int prepare_slot(honker_connection *connection, statement_id id) {
  HONKER_SQLITE(connection);
  statement_slot *const slot = &connection->statements[id];
  if (slot->prepared != NULL) return SQLITE_OK;
  return sqlite3_prepare_v3(connection->db, statement_sql[id], -1, SQLITE_PREPARE_PERSISTENT, &slot->prepared, NULL);
}

int statement_prepare(honker_connection *connection, statement_id id) {
  int rc = connection->table_connected ? SQLITE_OK : connect_table(connection);
  if (rc == SQLITE_OK) rc = prepare_slot(connection, id);
  return rc == SQLITE_OK ? rc : connection_remember_error(connection, rc);
}

void statement_open(statement *use, honker_connection *connection, statement_id id) {
  HONKER_SQLITE(connection);
  statement_slot *const slot = &connection->statements[id];
  memset(use, 0, sizeof *use);
  use->connection = connection;
  if (!connection->table_connected) check(use, connect_table(connection));
  if (use->rc != SQLITE_OK) return;
  slot->uses++;
  if (!slot->busy) {
    check(use, prepare_slot(connection, id));
    if (use->rc != SQLITE_OK) return;
    slot->busy = 1;
    use->slot = slot;
    use->prepared = slot->prepared;
    return;
  }
  check(use, sqlite3_prepare_v2(connection->db, statement_sql[id], -1, &use->prepared, NULL));
}

void bind_integer(statement *use, int index, sqlite3_int64 value) {
  HONKER_SQLITE(use->connection);
  if (use->rc == SQLITE_OK) check(use, sqlite3_bind_int64(use->prepared, index, value));
}

void bind_text(statement *use, int index, const char *text, sqlite3_int64 length) {
  HONKER_SQLITE(use->connection);
  if (use->rc != SQLITE_OK) return;
  check(use, sqlite3_bind_text64(use->prepared, index, text, (sqlite3_uint64)length, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_value(statement *use, int index, sqlite3_value *value) {
  HONKER_SQLITE(use->connection);
  if (use->rc == SQLITE_OK) check(use, sqlite3_bind_value(use->prepared, index, value));
}

int statement_step(statement *use) {
  HONKER_SQLITE(use->connection);
  if (use->rc != SQLITE_OK) return 0;
  const int rc = sqlite3_step(use->prepared);
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) check(use, rc);
  return 0;
}

void statement_run(statement *use) {
  while (statement_step(use)) {
  }
}

char *statement_copy_text(const statement *use, int column, sqlite3_int64 *length) {
  HONKER_SQLITE(use->connection);
  const char *const text = (const char *)sqlite3_column_text(use->prepared, column);
  *length = sqlite3_column_bytes(use->prepared, column);
  char *const copy = malloc((size_t)*length + 1);
  if (copy == NULL) return NULL;
  if (text != NULL) memcpy(copy, text, (size_t)*length);
  copy[*length] = '\0';
  return copy;
}

int statement_close(statement *use) {
  HONKER_SQLITE(use->connection);
  /* A column that could not be read for want of memory looks like NULL, and is told of only here. */
  if (use->rc == SQLITE_OK && use->prepared != NULL) check(use, sqlite3_reset(use->prepared));
  if (use->slot == NULL) {
    sqlite3_finalize(use->prepared);
  } else {
    sqlite3_reset(use->prepared);
    sqlite3_clear_bindings(use->prepared);
    use->slot->busy = 0;
  }
  use->prepared = NULL;
  use->slot = NULL;
  return use->rc;
}

int statement_execute(honker_connection *connection, statement_id id) {
  statement use;
  statement_open(&use, connection, id);
  statement_run(&use);
  return statement_close(&use);
}

void statements_finalize(honker_connection *connection) {
  HONKER_SQLITE(connection);
  for (int id = 0; id < STATEMENT_COUNT; id++) {
    statement_slot *const slot = &connection->statements[id];
    if (slot->busy) continue; /* a close from inside a function of ours: it fails, and comes again */
    sqlite3_finalize(slot->prepared);
    slot->prepared = NULL;
  }
}

/*
** The table honker_statements.
*/
typedef struct statements_table {
  sqlite3_vtab base;
  honker_connection *connection;
} statements_table;

typedef struct statements_cursor {
  sqlite3_vtab_cursor base;
  honker_connection *connection;
  int id;
} statements_cursor;

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error) {
  honker_connection *const connection = aux;
  HONKER_SQLITE(connection);
  (void)argc, (void)argv, (void)error;
  const int rc = sqlite3_declare_vtab(db, "CREATE TABLE x (sql TEXT, uses INTEGER)");
  if (rc != SQLITE_OK) return rc;
  statements_table *const table = sqlite3_malloc64(sizeof *table);
  if (table == NULL) return SQLITE_NOMEM;
  memset(table, 0, sizeof *table);
  table->connection = connection;
  connection->table_connected = 1;
  *out = &table->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *base) {
  honker_connection *const connection = ((statements_table *)base)->connection;
  HONKER_SQLITE(connection);
  statements_finalize(connection);
  connection->table_connected = 0;
  sqlite3_free(base);
  return SQLITE_OK;
}

static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
  (void)base;
  info->estimatedCost = STATEMENT_COUNT;
  info->estimatedRows = STATEMENT_COUNT;
  return SQLITE_OK;
}

static int table_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out) {
  honker_connection *const connection = ((statements_table *)base)->connection;
  HONKER_SQLITE(connection);
  statements_cursor *const cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  cursor->connection = connection;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int table_close(sqlite3_vtab_cursor *base) {
  HONKER_SQLITE(((statements_cursor *)base)->connection);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int table_next(sqlite3_vtab_cursor *base) {
  statements_cursor *const cursor = (statements_cursor *)base;
  do {
    cursor->id++;
  } while (cursor->id < STATEMENT_COUNT && cursor->connection->statements[cursor->id].prepared == NULL);
  return SQLITE_OK;
}

static int table_filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv) {
  (void)plan, (void)text, (void)argc, (void)argv;
  ((statements_cursor *)base)->id = -1;
  return table_next(base);
}

static int table_eof(sqlite3_vtab_cursor *base) { return ((statements_cursor *)base)->id >= STATEMENT_COUNT; }

static int table_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  const statements_cursor *const cursor = (const statements_cursor *)base;
  HONKER_SQLITE(cursor->connection);
  if (column == 0) sqlite3_result_text(context, statement_sql[cursor->id], -1, SQLITE_STATIC);
  else sqlite3_result_int64(context, cursor->connection->statements[cursor->id].uses);
  return SQLITE_OK;
}

static int table_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((statements_cursor *)base)->id;
  return SQLITE_OK;
}

static const sqlite3_module statements_module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = table_open,
    .xClose = table_close,
    .xFilter = table_filter,
    .xNext = table_next,
    .xEof = table_eof,
    .xColumn = table_column,
    .xRowid = table_rowid,
};

int statements_register_table(honker_connection *connection, void (*destroy)(void *)) {
  HONKER_SQLITE(connection);
  return sqlite3_create_module_v2(connection->db, "honker_statements", &statements_module, connection, destroy);
}
