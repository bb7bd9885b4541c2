/* The clock of everything that honker does on a connection, which a test may shift. */
#include "connection.h"
#include "functions.h"

/* Some three thousand years: far from what overflows when a delay is added. */
#define LARGEST_SHIFT_S 100000000000ll

int64_t connection_now(const honker_connection *connection) {
  return platform_unix_seconds() + connection->clock_shift_s;
}

/* honker_clock_shift(seconds): what is due then is due now, on this connection only; 0 ends it. Never before 1970:
** a negative present would overflow what is added to it or taken from it. */
void honker_clock_shift(honker_call *call) {
  const sqlite3_int64 seconds = argument_integer(call, 0, "seconds");
  if (!call_failed(call) && (seconds > LARGEST_SHIFT_S || seconds < -platform_unix_seconds())) {
    call_refuse(call, "seconds must be at most %lld and lead to no time before 1970, but is %lld", LARGEST_SHIFT_S,
                seconds);
  }
  if (call_failed(call)) return;
  call->connection->clock_shift_s = seconds;
  call_return_integer(call, connection_now(call->connection));
}
