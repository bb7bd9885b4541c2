/*
** A claim that a worker says it holds: job, worker and, where it is given, the attempt. Each claim
** counts one more, so id and attempt name one claim: a worker whose lease was lost and who claimed
** the same job again can't finish the second claim with what it remembers of the first. Only a release
** takes an attempt back; whoever releases a job that still runs must not claim again under that name.
*/
#ifndef HONKER_HELD_CLAIM_H
#define HONKER_HELD_CLAIM_H

#include "call.h"

typedef struct held_claim {
  sqlite3_int64 id;
  text_argument worker;
  sqlite3_int64 attempt;
  int any_attempt;
} held_claim;

/* Each does its work only while the claim is held, and sets *done to 1 if it was. */
int claim_ack(honker_connection *connection, const held_claim *claim, sqlite3_int64 now, int *done);
int claim_heartbeat(honker_connection *connection, const held_claim *claim, sqlite3_int64 now,
                    sqlite3_int64 lease_end, int *done);
/* Back to pending as if it had not been claimed: the attempt isn't counted. */
int claim_release(honker_connection *connection, const held_claim *claim, sqlite3_int64 now, int *done);

#endif
