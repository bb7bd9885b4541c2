/* A growing list of ids. All zero is the empty list. */
#ifndef HONKER_ID_LIST_H
#define HONKER_ID_LIST_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct id_list {
  int64_t *ids;
  size_t count;
  size_t capacity;
} id_list;

/* Returns 0 when memory has run out. */
static inline int id_list_add(id_list *list, int64_t id) {
  if (list->count == list->capacity) {
    const size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    int64_t *const ids = realloc(list->ids, capacity * sizeof *ids);
    if (ids == NULL) return 0;
    list->ids = ids;
    list->capacity = capacity;
  }
  list->ids[list->count++] = id;
  return 1;
}

static inline void id_list_free(id_list *list) { free(list->ids); }

#endif
