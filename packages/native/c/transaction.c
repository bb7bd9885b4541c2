#include "transaction.h"

/* A statement that writes is running (we were called by a trigger, or by INSERT … SELECT f()):
** SQLite allows neither a transaction nor a savepoint inside it, and that statement is the unit
** that rolls back when our error reaches it. */
static int inside_a_write(honker_connection *connection) {
  HONKER_SQLITE(connection);
  return sqlite3_get_autocommit(connection->db) &&
         sqlite3_txn_state(connection->db, NULL) == SQLITE_TXN_WRITE;
}

/* Once memory has run out inside a function, or somebody interrupted it, SQLite prepares nothing more until
** the outermost statement ends. So what ends the unit is prepared before it begins. */
static int prepare_ends(honker_connection *connection, int own) {
  int rc = statement_prepare(connection, own ? STATEMENT_COMMIT : STATEMENT_RELEASE);
  if (rc == SQLITE_OK) rc = statement_prepare(connection, own ? STATEMENT_ROLLBACK : STATEMENT_ROLLBACK_TO);
  return rc == SQLITE_OK ? statement_prepare(connection, STATEMENT_BEGIN) : rc;
}

int transaction_begin(transaction *unit, honker_connection *connection) {
  HONKER_SQLITE(connection);
  unit->connection = connection;
  unit->kind = TRANSACTION_NONE;
  if (inside_a_write(connection)) return SQLITE_OK;
  const int own = sqlite3_get_autocommit(connection->db);
  int rc = prepare_ends(connection, own);
  if (rc == SQLITE_OK) rc = statement_execute(connection, own ? STATEMENT_BEGIN : STATEMENT_SAVEPOINT);
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
  int rc;
  if (unit->kind == TRANSACTION_OWN) {
    rc = statement_execute(unit->connection, STATEMENT_ROLLBACK);
  } else {
    rc = statement_execute(unit->connection, STATEMENT_ROLLBACK_TO);
    if (rc == SQLITE_OK) rc = statement_execute(unit->connection, STATEMENT_RELEASE);
  }
  /* An interrupt stops even these; what it stops before a write, SQLite answers by rolling everything back. */
  if (rc != SQLITE_OK && !sqlite3_get_autocommit(unit->connection->db)) {
    statement_execute(unit->connection, STATEMENT_BEGIN);
  }
}

int transaction_end(transaction *unit, int rc) {
  if (rc == SQLITE_OK) rc = commit(unit);
  if (rc != SQLITE_OK) roll_back(unit);
  unit->kind = TRANSACTION_NONE;
  return rc;
}
