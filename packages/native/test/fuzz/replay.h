/* Runs the target on inputs that a longer run found worth keeping. */
#ifndef HONKER_TEST_REPLAY_H
#define HONKER_TEST_REPLAY_H

/* A file of inputs, each after its length in two bytes, the low one first. Ends the program if it is none. */
void replay(const char *path);

#endif
