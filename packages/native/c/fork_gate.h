/*
** The threads of ours that use SQLite pass through here. A fork() copies only the thread that called it: one that
** was inside SQLite would leave SQLite's mutexes locked in the child for ever. So fork() waits until nobody is.
*/
#ifndef HONKER_FORK_GATE_H
#define HONKER_FORK_GATE_H

/* Before the first thread is started. Returns 0, or an errno-like code. */
int fork_gate_open(void);

void fork_gate_enter(void);
void fork_gate_leave(void);

/* How many forks lie between the first process and this one: what was started before has no thread here. */
int fork_gate_generation(void);

#endif
