#include "fork_gate.h"

#include "platform.h"

static struct {
  platform_mutex mutex;
  platform_condition changed;
  int is_open;
  int inside;
  int forks; /* that wait, or are under way */
  int generation;
} gate = {.mutex = PLATFORM_MUTEX_INIT};

static void wait_for_change(void) { platform_wait(&gate.changed, &gate.mutex, 1000000u); }

/* Leaves the mutex locked until the fork is done. */
static void before_fork(void) {
  platform_lock(&gate.mutex);
  gate.forks++;
  while (gate.inside > 0) wait_for_change();
}

static void in_parent(void) {
  gate.forks--;
  platform_wake_all(&gate.changed);
  platform_unlock(&gate.mutex);
}

static void in_child(void) {
  const platform_mutex unlocked = PLATFORM_MUTEX_INIT;
  gate.mutex = unlocked;
  platform_condition_init(&gate.changed);
  gate.forks = 0;
  gate.generation++;
}

int fork_gate_open(void) {
  int rc = 0;
  platform_lock(&gate.mutex);
  if (!gate.is_open) {
    rc = platform_condition_init(&gate.changed);
    if (rc == 0) rc = platform_around_fork(before_fork, in_parent, in_child);
    gate.is_open = rc == 0;
  }
  platform_unlock(&gate.mutex);
  return rc;
}

void fork_gate_enter(void) {
  platform_lock(&gate.mutex);
  while (gate.forks > 0) wait_for_change();
  gate.inside++;
  platform_unlock(&gate.mutex);
}

void fork_gate_leave(void) {
  platform_lock(&gate.mutex);
  gate.inside--;
  if (gate.forks > 0) platform_wake_all(&gate.changed);
  platform_unlock(&gate.mutex);
}

int fork_gate_generation(void) {
  platform_lock(&gate.mutex);
  const int generation = gate.generation;
  platform_unlock(&gate.mutex);
  return generation;
}
