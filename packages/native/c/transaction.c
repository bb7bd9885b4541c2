#include "transaction.h"

/* A statement that writes is running (we were called by a trigger, or by INSERT … SELECT f()):
** SQLite allows neither a transaction nor a savepoint inside it, and that statement is the unit
** that rolls back when our error reaches it. */
static int inside_a_write(honker_connection *connection) {
  HONKER_SQLITE(connection);
  return sqlite3_get_autocommit(connection->db) &&
         sqlite3_txn_state(connection->db, NULL) == SQLITE_TXN_WRITE;
}

int transaction_begin(transaction *unit, honker_connection *connection) {
  HONKER_SQLITE(connection);
  unit->connection = connection;
  unit->kind = TRANSACTION_NONE;
  if (inside_a_write(connection)) return SQLITE_OK;
  const int own = sqlite3_get_autocommit(connection->db);
  int rc = statement_execute(connection, own ? STATEMENT_BEGIN : STATEMENT_SAVEPOINT);
  if (rc == SQLITE_OK) unit->kind = own ? TRANSACTION_OWN : TRANSACTION_SAVEPOINT;
  /* "cannot open savepoint - SQL statements in progress": inside a write, in a transaction. */
  else if (!own && (rc & 0xff) == SQLITE_BUSY) rc = SQLITE_OK;
  return rc;
}

static int commit(const transaction *unit) {
  if (unit->kind == TRANSACTION_NONE) return SQLITE_OK;
  return statement_execute(unit->connection,
                           unit->kind == TRANSACTION_OWN ? STATEMENT_COMMIT : STATEMENT_RELEASE);
}

static void roll_back(const transaction *unit) {
  HONKER_SQLITE(unit->connection);
  /* A full disk or an I/O error may have rolled everything back already. */
  if (unit->kind == TRANSACTION_NONE || sqlite3_get_autocommit(unit->connection->db)) return;
  if (unit->kind == TRANSACTION_OWN) {
    statement_execute(unit->connection, STATEMENT_ROLLBACK);
  } else {
    statement_execute(unit->connection, STATEMENT_ROLLBACK_TO);
    statement_execute(unit->connection, STATEMENT_RELEASE);
  }
}

int transaction_end(transaction *unit, int rc) {
  if (rc == SQLITE_OK) rc = commit(unit);
  if (rc != SQLITE_OK) roll_back(unit);
  unit->kind = TRANSACTION_NONE;
  return rc;
}
